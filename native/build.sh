#!/usr/bin/env bash
# Builds libi1xla_pjrt_cpu.so and what it needs beside it: native/build.sh [FOLDER] (default artifacts/cpu-plugin).
# Needs the .NET SDK and a C compiler (CC, or cc). With --native-only, only the C part (the managed part is there already).
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
managed=1
if [ "${1:-}" = --native-only ]; then managed=0; shift; fi
out=${1:-$root/artifacts/cpu-plugin}
cc=${CC:-cc}
command -v "$cc" >/dev/null || { echo "native/build.sh: no C compiler ($cc); install gcc or clang, or set CC" >&2; exit 1; }
mkdir -p "$out"
if [ $managed = 1 ]; then dotnet publish "$root/src/I1Xla.Cpu/I1Xla.Cpu.csproj" -c Release -o "$out" --nologo -v q; fi
# Where the library is to look for .NET when DOTNET_ROOT does not say.
if command -v dotnet >/dev/null; then dirname "$(readlink -f "$(command -v dotnet)")" > "$out/dotnet-location"; fi
"$cc" -std=c11 -O2 -Wall -Wextra -Werror -fPIC -fvisibility=hidden -shared -o "$out/libi1xla_pjrt_cpu.so" "$root/native/src/i1xla_pjrt_cpu.c" -ldl -lpthread
for test in load_and_run jax_session foreign_call; do
  "$cc" -std=c11 -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -o "$out/$test" "$root/native/tests/$test.c" -ldl -lpthread -lm
done
"$cc" -std=c11 -D_GNU_SOURCE -O1 -Wall -Wextra -Werror -fPIC -shared -o "$out/python_callback.so" "$root/native/tests/python_callback.c" -ldl
"$cc" -std=c11 -D_GNU_SOURCE -O2 -Wall -Wextra -Werror -o "$out/jax_call" "$root/native/benchmarks/jax_call.c" -ldl -lpthread
