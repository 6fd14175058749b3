#!/usr/bin/env bash
# Sets up, builds, tests and runs I1Xla. `./build.sh help` lists what it does.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$root"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
# A build server that outlives the script would hold files and memory.
export MSBUILDDISABLENODEREUSE=1
sdk_home=${I1XLA_DOTNET_DIR:-$root/.dotnet}
install_script_url=${I1XLA_DOTNET_INSTALL_URL:-https://dot.net/v1/dotnet-install.sh}

usage() {
  cat <<'EOF'
usage: ./build.sh [build|test|fuzz|quickstart|emoji|format|clean|help] [arguments]

  build                  restore and build (Release); leaves bin/i1xla, and bin/cpu-plugin/libi1xla_pjrt_cpu.so where there
                         is a C compiler: the CPU plugin for other PJRT clients, such as JAX
  test [SUITE]           build, run every test (or those of one category, such as `golden`, or one
                         project, such as `Graph`); closes with `N passed, N failed, N skipped`
  fuzz [COUNT] [SEED]    build, then change COUNT (default 1000000) texts and as many artifacts of StableHLO programs;
                         each must be read or diagnosed, in a second and in proportionate memory
  quickstart [DIR]       build, then train a small text-to-image model on generated pictures and
                         show what it learned (default DIR: runs/quickstart)
  emoji [DIR]            build, then fetch the pictures of the npm package emoji-datasource-google, train on them
                         for at most 40 minutes on two cores and draw a sheet (default DIR: runs/emoji)
  format                 rewrite the sources as .editorconfig says
  clean                  remove everything that was built

The .NET SDK that global.json names is used when it is there; otherwise it is fetched into .dotnet/
(nothing is installed system-wide).
EOF
}

sdk_wanted() { sed -n 's/.*"version": *"\([^"]*\)".*/\1/p' global.json | head -n 1; }

# Puts a `dotnet` that satisfies global.json on PATH, fetching one if need be.
need_dotnet() {
  if command -v dotnet >/dev/null 2>&1 && dotnet --version >/dev/null 2>&1; then
    return
  fi
  if [ -x "$sdk_home/dotnet" ]; then
    export DOTNET_ROOT="$sdk_home" PATH="$sdk_home:$PATH"
    if dotnet --version >/dev/null 2>&1; then
      return
    fi
  fi
  local version script
  version=$(sdk_wanted)
  echo "No .NET SDK here satisfies global.json (it asks for $version or a later 10.0 feature band)." >&2
  echo "Fetching it into $sdk_home with Microsoft's install script ..." >&2
  script=$(mktemp)
  if ! fetch "$install_script_url" "$script" || [ ! -s "$script" ] || ! bash "$script" --version "$version" --install-dir "$sdk_home" --no-path >&2; then
    rm -f "$script"
    cat >&2 <<EOF

Could not fetch the .NET SDK from $install_script_url.
Install the .NET SDK $version (or a later 10.0.x) yourself, in either of these ways, and run this again:
  - a package:  'apt-get install dotnet-sdk-10.0' (Debian, Ubuntu), 'dnf install dotnet-sdk-10.0' (Fedora), 'brew install dotnet' (macOS)
  - an archive: download dotnet-sdk-$version for this machine from https://dotnet.microsoft.com/download/dotnet/10.0
                on a machine with a network, and unpack it into $sdk_home
EOF
    exit 1
  fi
  rm -f "$script"
  export DOTNET_ROOT="$sdk_home" PATH="$sdk_home:$PATH"
  dotnet --version >/dev/null 2>&1 || { echo "The SDK in $sdk_home does not satisfy global.json ($version)." >&2; exit 1; }
}

fetch() {
  if command -v curl >/dev/null 2>&1; then
    curl -fsSL --retry 2 --connect-timeout 10 "$1" -o "$2"
  elif command -v wget >/dev/null 2>&1; then
    wget -q --tries=2 --timeout=10 -O "$2" "$1"
  else
    echo "Neither curl nor wget is here to download with." >&2
    return 1
  fi
}

build() {
  need_dotnet
  local started=$SECONDS
  dotnet build I1Xla.sln -c Release --nologo -v quiet -clp:NoSummary "$@"
  mkdir -p bin
  cat > bin/i1xla <<'EOF'
#!/usr/bin/env bash
here=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)
if [ -x "$here/.dotnet/dotnet" ]; then export DOTNET_ROOT="$here/.dotnet" PATH="$here/.dotnet:$PATH"; fi
exec dotnet "$here/src/I1Xla.Cli/bin/Release/net10.0/i1xla.dll" "$@"
EOF
  chmod +x bin/i1xla
  native
  echo "Built bin/i1xla in $((SECONDS - started)) s."
}

# The CPU plugin as a shared library for other PJRT clients, in bin/cpu-plugin, where a C compiler is at hand.
native() {
  local cc=${CC:-cc} home=src/I1Xla.Cpu/bin/Release/net10.0
  if ! command -v "$cc" >/dev/null 2>&1; then
    echo "No C compiler ($cc): bin/cpu-plugin/libi1xla_pjrt_cpu.so was not built. Install gcc or clang (or set CC) and build again if other programs, such as JAX, are to load the CPU plugin." >&2
    return
  fi
  mkdir -p bin/cpu-plugin
  cp "$home"/*.dll "$home"/I1Xla.Cpu.deps.json "$home"/I1Xla.Cpu.runtimeconfig.json bin/cpu-plugin/
  native/build.sh --native-only bin/cpu-plugin ||
    echo "The C part of bin/cpu-plugin does not build with $cc (see above); everything else is there. Another compiler can be named in CC." >&2
}

# Runs the tests and adds up what each project reports.
run_tests() {
  build
  local filter=() target=I1Xla.sln log status=0
  if [ $# -gt 0 ]; then
    if [ -d "tests/I1Xla.$1.Tests" ]; then
      target="tests/I1Xla.$1.Tests"
    else
      filter=(--filter "TestCategory=$1")
    fi
  fi
  log=$(mktemp)
  dotnet test "$target" -c Release --no-build --nologo "${filter[@]}" 2>&1 | tee "$log" || status=$?
  awk '
    /^(Passed|Failed|Skipped)!  - Failed:/ {
      line = $0; gsub(/[^0-9,:]/, "", line); split(line, part, ",")
      for (i in part) sub(/.*:/, "", part[i])
      failed += part[1]; passed += part[2]; skipped += part[3]; projects++
    }
    END {
      printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
      if (projects == 0 || failed > 0 || passed == 0) exit 1
    }' "$log" || status=1
  rm -f "$log"
  return "$status"
}

# Real pictures: each part is skipped where an earlier run has finished it, and training resumes.
train_emoji() {
  local dir=${1:-runs/emoji} package=emoji-datasource-google@16.0.0
  build
  mkdir -p "$dir"
  if [ ! -f "$dir/package/emoji.json" ]; then
    command -v npm >/dev/null 2>&1 || { echo "npm is needed to fetch $package. Install Node.js (such as 'apt-get install npm'), or unpack the package into $dir/package yourself." >&2; exit 1; }
    echo "Fetching $package (74 MB) ..."
    rm -rf "$dir/fetch" && mkdir -p "$dir/fetch"
    npm pack "$package" --silent --pack-destination "$dir/fetch" >/dev/null || { echo "npm could not fetch $package; see its message above." >&2; exit 1; }
    tar -xzf "$dir"/fetch/*.tgz -C "$dir/fetch" package/emoji.json package/img/google/64 package/LICENSE
    mv "$dir/fetch/package" "$dir/package" && rm -rf "$dir/fetch"
  fi
  if [ ! -f "$dir/data/dataset_info.json" ]; then
    bin/i1xla data emoji-captions "$dir/package/emoji.json" --out "$dir/emoji.jsonl"
    bin/i1xla data images "$dir/package/img/google/64" --captions "$dir/emoji.jsonl" --size 32 --out "$dir/data"
  fi
  local data="input.data=[{data_dir: $dir/data}]"
  bin/i1xla train --config configs/emoji.yaml --workdir "$dir/train" "$data" "${@:2}"
  bin/i1xla generate --config configs/emoji.yaml --ckpt "$dir/train/checkpoint.npz" --prompts-file configs/emoji-prompts.txt --out "$dir/samples" "$data" "${@:2}"
}

command=${1:-build}
[ $# -gt 0 ] && shift
case "$command" in
  build) build "$@" ;;
  test) run_tests "$@" ;;
  fuzz)
    need_dotnet
    I1XLA_FUZZ_COUNT=${1:-1000000} I1XLA_FUZZ_SEED=${2:-0} dotnet test tests/I1Xla.StableHlo.Tests -c Release --nologo --filter TestCategory=fuzz --logger "console;verbosity=detailed"
    ;;
  quickstart) build; exec bin/i1xla quickstart --out "${1:-runs/quickstart}" "${@:2}" ;;
  emoji) train_emoji "$@" ;;
  format) need_dotnet; dotnet format I1Xla.sln "$@" ;;
  clean) rm -rf bin artifacts; find src tests benchmarks tools -type d \( -name bin -o -name obj \) -prune -exec rm -rf {} + ;;
  help|-h|--help) usage ;;
  *) echo "build.sh: no command '$command'." >&2; usage >&2; exit 2 ;;
esac
