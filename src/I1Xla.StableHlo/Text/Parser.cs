using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using I1Xla.StableHlo.Ir;

namespace I1Xla.StableHlo.Text;

/// <summary>
/// The parser's cursor: it works on the bytes themselves, without a token list. The text is followed by zero bytes, so that
/// looking at the next byte never needs a check.
/// </summary>
internal sealed partial class Parser
{
    private const int MaxDepth = 400;
    private const byte IdentifierStart = 1, IdentifierPart = 2, SuffixPart = 4, DigitClass = 8, HexClass = 16;

    private static readonly byte[] s_class = MakeClasses();

    private readonly byte[] _s;
    private readonly int _end;
    private readonly string _file;
    private readonly int _firstLine;
    private readonly Utf8Table<string> _strings = new();
    private int _pos;
    private int _gapStart = -1;
    private int _gapEnd = -1;
    private int _depth;
    private string? _customOp;
    private int _linePos;
    private int _line;
    private int _lineStart;

    public Parser(ReadOnlySpan<byte> text, string file, int firstLine = 1)
    {
        _s = new byte[text.Length + 16];
        text.CopyTo(_s);
        _end = text.Length;
        _file = file;
        _firstLine = firstLine;
    }

    private static byte[] MakeClasses()
    {
        byte[] classes = new byte[256];
        for (int c = 0; c < 256; c++)
        {
            bool letter = c is >= 'a' and <= 'z' or >= 'A' and <= 'Z';
            bool digit = c is >= '0' and <= '9';
            int bits = 0;
            bits |= letter || c == '_' ? IdentifierStart : 0;
            bits |= letter || digit || c is '_' or '$' or '.' ? IdentifierPart : 0;
            bits |= letter || digit || c is '_' or '$' or '.' or '-' ? SuffixPart : 0;
            bits |= digit ? DigitClass : 0;
            bits |= digit || c is >= 'a' and <= 'f' or >= 'A' and <= 'F' ? HexClass : 0;
            classes[c] = (byte)bits;
        }
        return classes;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Is(byte c, byte classes) => (s_class[c] & classes) != 0;

    /// <summary>Skips white space and comments and gives the next byte, zero at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte Peek()
    {
        byte c = _s[_pos];
        return c > ' ' && c != '/' ? c : PeekSlow();
    }

    private byte PeekSlow()
    {
        int start = _pos;
        while (true)
        {
            byte c = _s[_pos];
            if (c is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')
            {
                _pos++;
            }
            else if (c == '/' && _s[_pos + 1] == '/')
            {
                int line = _s.AsSpan(_pos, _end - _pos).IndexOf((byte)'\n');
                _pos = line < 0 ? _end : _pos + line + 1;
            }
            else
            {
                break;
            }
        }
        if (_pos != start)
        {
            (_gapStart, _gapEnd) = (start, _pos);
        }
        return _s[_pos];
    }

    private bool AtEnd => _pos >= _end;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTake(byte c)
    {
        if (Peek() != c)
        {
            return false;
        }
        _pos++;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Take(byte c)
    {
        if (Peek() != c)
        {
            throw WrongToken($"expected '{(char)c}'");
        }
        _pos++;
    }

    private void Take(byte c, string orElse)
    {
        if (Peek() != c)
        {
            throw WrongToken(orElse);
        }
        _pos++;
    }

    private bool TryTakeArrow()
    {
        if (Peek() != '-' || _s[_pos + 1] != '>')
        {
            return false;
        }
        _pos += 2;
        return true;
    }

    private void TakeArrow(string orElse = "expected '->'")
    {
        if (!TryTakeArrow())
        {
            throw WrongToken(orElse);
        }
    }

    /// <summary>The bare identifier that comes next, empty when there is none. Does not move.</summary>
    private ReadOnlySpan<byte> PeekIdentifier()
    {
        if (!Is(Peek(), IdentifierStart))
        {
            return default;
        }
        int p = _pos + 1;
        while (Is(_s[p], IdentifierPart))
        {
            p++;
        }
        return _s.AsSpan(_pos, p - _pos);
    }

    /// <summary>Takes a keyword when it is the next identifier, whole.</summary>
    private bool TryKeyword(ReadOnlySpan<byte> keyword)
    {
        if (Peek() != keyword[0] || !_s.AsSpan(_pos).StartsWith(keyword) || Is(_s[_pos + keyword.Length], IdentifierPart))
        {
            return false;
        }
        _pos += keyword.Length;
        return true;
    }

    private void TakeKeyword(ReadOnlySpan<byte> keyword)
    {
        if (!TryKeyword(keyword))
        {
            throw OpError(_pos, $"expected '{Encoding.ASCII.GetString(keyword)}'");
        }
    }

    /// <summary>Takes any identifier.</summary>
    private ReadOnlySpan<byte> TakeIdentifier(string orElse = "expected valid keyword")
    {
        ReadOnlySpan<byte> name = PeekIdentifier();
        if (name.IsEmpty)
        {
            throw OpError(_pos, orElse);
        }
        _pos += name.Length;
        return name;
    }

    /// <summary>The run of suffix characters (after %, #, !, ^) that starts at the cursor, moving past it.</summary>
    private ReadOnlySpan<byte> TakeSuffix(string orElse)
    {
        int p = _pos;
        if (Is(_s[p], DigitClass))
        {
            while (Is(_s[p], DigitClass))
            {
                p++;
            }
        }
        else
        {
            while (Is(_s[p], SuffixPart))
            {
                p++;
            }
        }
        if (p == _pos)
        {
            throw Error(_pos, orElse);
        }
        ReadOnlySpan<byte> name = _s.AsSpan(_pos, p - _pos);
        _pos = p;
        return name;
    }

    /// <summary>The one string object of a run of bytes.</summary>
    private string Intern(ReadOnlySpan<byte> name)
    {
        if (!_strings.TryGet(name, out string text))
        {
            text = MlirString.Decode(name);
            _strings.Add(name, text);
        }
        return text;
    }

    /// <summary>A signed integer in decimal or hexadecimal.</summary>
    private long TakeInteger()
    {
        if (!TryTakeInteger(out long value))
        {
            throw OpError(_pos, "expected integer value");
        }
        return value;
    }

    private bool TryTakeInteger(out long value)
    {
        value = 0;
        byte c = Peek();
        if (Is(c, DigitClass) && !Is(_s[_pos + 1], DigitClass) && _s[_pos + 1] != 'x')
        {
            value = c - '0';
            _pos++;
            return true;
        }
        bool negative = c == '-' && Is(_s[_pos + 1], DigitClass);
        if (!negative && !Is(c, DigitClass))
        {
            // MLIR reads booleans as integers.
            value = c == 't' ? 1 : 0;
            return TryKeyword("true"u8) || TryKeyword("false"u8);
        }
        int start = _pos;
        _pos += negative ? 1 : 0;
        if (!TakeMagnitude(out ulong magnitude) || magnitude > (negative ? 1UL << 63 : ulong.MaxValue))
        {
            throw OpError(start, "integer value too large");
        }
        if (!negative && magnitude > long.MaxValue)
        {
            throw OpError(start, "integer value too large");
        }
        value = negative ? (long)(0 - magnitude) : (long)magnitude;
        return true;
    }

    /// <summary>Digits or 0x and hexadecimal digits at the cursor; false when they do not fit 64 bits.</summary>
    private bool TakeMagnitude(out ulong magnitude)
    {
        magnitude = 0;
        bool fits = true;
        if (_s[_pos] == '0' && _s[_pos + 1] == 'x' && Is(_s[_pos + 2], HexClass))
        {
            _pos += 2;
            while (Is(_s[_pos], HexClass))
            {
                fits &= magnitude >> 60 == 0;
                magnitude = magnitude << 4 | (uint)HexValue(_s[_pos++]);
            }
            return fits;
        }
        while (Is(_s[_pos], DigitClass))
        {
            ulong digit = (uint)(_s[_pos++] - '0');
            fits &= magnitude <= (ulong.MaxValue - digit) / 10;
            magnitude = magnitude * 10 + digit;
        }
        return fits;
    }

    private static int HexValue(byte c) => c <= '9' ? c - '0' : (c | 32) - 'a' + 10;

    /// <summary>A quoted string's bytes, escapes undone.</summary>
    private string TakeString(string orElse = "expected string")
    {
        ReadOnlySpan<byte> raw = TakeRawString(out bool escaped, orElse);
        return escaped ? MlirString.Decode(Unescape(raw)) : Intern(raw);
    }

    /// <summary>What stands between the quotes, as written.</summary>
    private ReadOnlySpan<byte> TakeRawString(out bool escaped, string orElse = "expected string")
    {
        if (Peek() != '"')
        {
            throw OpError(_pos, orElse);
        }
        int start = _pos + 1;
        int p = start;
        escaped = false;
        while (true)
        {
            int next = _s.AsSpan(p, _end - p).IndexOfAny((byte)'"', (byte)'\\', (byte)'\n');
            if (next < 0 || _s[p + next] == '\n')
            {
                throw Error(_pos, "expected '\"' in string literal");
            }
            p += next;
            if (_s[p] == '"')
            {
                _pos = p + 1;
                return _s.AsSpan(start, p - start);
            }
            escaped = true;
            byte c = _s[p + 1];
            if (c is (byte)'"' or (byte)'\\' or (byte)'n' or (byte)'t')
            {
                p += 2;
            }
            else if (Is(c, HexClass) && Is(_s[p + 2], HexClass))
            {
                p += 3;
            }
            else
            {
                throw Error(p, "unknown escape in string literal");
            }
        }
    }

    private static byte[] Unescape(ReadOnlySpan<byte> raw)
    {
        byte[] bytes = new byte[raw.Length];
        int n = 0;
        for (int i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                bytes[n++] = raw[i];
                continue;
            }
            byte c = raw[++i];
            switch (c)
            {
                case (byte)'n':
                    bytes[n++] = (byte)'\n';
                    break;
                case (byte)'t':
                    bytes[n++] = (byte)'\t';
                    break;
                case (byte)'"' or (byte)'\\':
                    bytes[n++] = c;
                    break;
                default:
                    bytes[n++] = (byte)(HexValue(c) << 4 | HexValue(raw[++i]));
                    break;
            }
        }
        return bytes[..n];
    }

    /// <summary><c>@name</c> or <c>@"name"</c>.</summary>
    private string TakeSymbol()
    {
        if (Peek() != '@')
        {
            throw OpError(_pos, "expected valid '@'-identifier for symbol name");
        }
        _pos++;
        if (_s[_pos] == '"')
        {
            return TakeString();
        }
        if (!Is(_s[_pos], IdentifierStart))
        {
            throw Error(_pos - 1, "@ identifier expected to start with letter or '_'");
        }
        return Intern(TakeBare());
    }

    private ReadOnlySpan<byte> TakeBare()
    {
        int start = _pos;
        while (Is(_s[_pos], IdentifierPart))
        {
            _pos++;
        }
        return _s.AsSpan(start, _pos - start);
    }

    /// <summary>Counts one more level of nesting; the caller counts it back with <c>_depth--</c>.</summary>
    private void Enter()
    {
        if (++_depth > MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw Error(_pos, "nested too deeply");
        }
    }

    /// <summary>An error at a byte.</summary>
    private ParseException Error(int pos, string message) => new(MakeDiagnostic(pos, message));

    /// <summary>An error inside an operation's own syntax: MLIR names the operation first.</summary>
    private ParseException OpError(int pos, string message) => Error(pos, OpMessage(message));

    private string OpMessage(string message) => _customOp is null ? message : $"custom op '{_customOp}' {message}";

    /// <summary>An error about the token at the cursor; when it stands on a later line than the one before it, the error is where that one ends.</summary>
    private ParseException WrongToken(string message) => Error(TokenErrorPosition(), message);

    private int TokenErrorPosition()
    {
        Peek();
        return _pos == _gapEnd && (AtEnd || _s.AsSpan(_gapStart, _gapEnd - _gapStart).Contains((byte)'\n')) ? _gapStart : _pos;
    }

    private Diagnostic MakeDiagnostic(int pos, string message)
    {
        pos = Math.Min(pos, _end);
        ReadOnlySpan<byte> before = _s.AsSpan(0, pos);
        int lineStart = before.LastIndexOf((byte)'\n') + 1;
        int length = _s.AsSpan(lineStart, _end - lineStart).IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = _s.AsSpan(lineStart, length < 0 ? _end - lineStart : length).TrimEnd((byte)'\r');
        return new Diagnostic(DiagnosticSeverity.Error, new FileLineLocation(_file, _firstLine + before.Count((byte)'\n'), pos - lineStart + 1), message)
        {
            SourceLine = Encoding.UTF8.GetString(line.Length > 4000 ? line[..4000] : line),
        };
    }

    /// <summary>The place of a byte as a location; cheap when asked for places near each other.</summary>
    private FileLineLocation LocationAt(int pos)
    {
        if (pos >= _linePos)
        {
            ReadOnlySpan<byte> gap = _s.AsSpan(_linePos, pos - _linePos);
            int last = gap.LastIndexOf((byte)'\n');
            if (last >= 0)
            {
                _line += gap[..last].Count((byte)'\n') + 1;
                _lineStart = _linePos + last + 1;
            }
        }
        else
        {
            int lines = _s.AsSpan(pos, _linePos - pos).Count((byte)'\n');
            _line -= lines;
            _lineStart = lines == 0 ? _lineStart : _s.AsSpan(0, pos).LastIndexOf((byte)'\n') + 1;
        }
        _linePos = pos;
        return new FileLineLocation(_file, _firstLine + _line, pos - _lineStart + 1);
    }

    /// <summary>The position after the bracketed run that opens at <paramref name="open"/>, strings and nested brackets skipped; -1 when it never closes.</summary>
    private int SkipBalanced(int open)
    {
        int depth = 0;
        for (int p = open; p < _end; p++)
        {
            switch (_s[p])
            {
                case (byte)'<' or (byte)'(' or (byte)'[' or (byte)'{':
                    depth++;
                    break;
                case (byte)'>' when _s[p - 1] == '-':
                    break;
                case (byte)'>' or (byte)')' or (byte)']' or (byte)'}':
                    if (--depth == 0)
                    {
                        return p + 1;
                    }
                    break;
                case (byte)'"':
                    for (p++; p < _end && _s[p] != '"'; p++)
                    {
                        p += _s[p] == '\\' ? 1 : 0;
                    }
                    break;
            }
        }
        return -1;
    }
}
