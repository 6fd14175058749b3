namespace I1Xla.Data.Images;

/// <summary>Decodes the entropy-coded data of one scan into the components' coefficients (T.81 annexes F and G).</summary>
internal ref struct JpegScan
{
    /// <summary>Zigzag order: natural position of the k-th coefficient.</summary>
    internal static ReadOnlySpan<byte> Order =>
    [
        0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
        35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
    ];

    private readonly JpegState state;
    private readonly ReadOnlySpan<byte> data;
    private readonly JpegComponent[] components;
    private readonly int first, last, high, low;
    private int at, bitCount, bits, endRun;
    private bool atMarker;
    private int missing;

    public JpegScan(JpegState state, ReadOnlySpan<byte> header, ReadOnlySpan<byte> data)
    {
        this.state = state;
        this.data = data;
        if (state.Components.Length == 0)
        {
            throw new ImageFormatException("its data comes before its header");
        }
        int n = header[0];
        components = new JpegComponent[n];
        for (int i = 0; i < n; i++)
        {
            int id = header[1 + (i * 2)], tables = header[2 + (i * 2)];
            JpegComponent c = state.Components.FirstOrDefault(x => x.Id == id) ?? throw new ImageFormatException("a scan names an unknown component");
            (c.DcTable, c.AcTable) = ((tables >> 4) & 3, tables & 3);
            components[i] = c;
        }
        (first, last, high, low) = (header[1 + (n * 2)], header[2 + (n * 2)], header[3 + (n * 2)] >> 4, header[3 + (n * 2)] & 15);
        if (!state.Progressive)
        {
            (first, last, high, low) = (0, 63, 0, 0);
        }
        if (first > last || last > 63 || low > 13 || n is < 1 or > 4 || (state.Progressive && first == 0 && last != 0) || (first > 0 && n != 1))
        {
            throw new ImageFormatException("a scan has impossible bounds");
        }
    }

    /// <summary>Decodes the scan and gives the number of bytes it took.</summary>
    public int Decode()
    {
        state.AnyScan = true;
        Restart();
        bool single = components.Length == 1;
        JpegComponent c0 = components[0];
        // A scan of one component has only the blocks that hold pixels; an interleaved one is padded to whole MCUs.
        int across = single ? (c0.Width + 7) / 8 : state.McusAcross, down = single ? (c0.Height + 7) / 8 : state.McusDown;
        int untilRestart = state.RestartInterval;
        for (int row = 0; row < down; row++)
        {
            for (int column = 0; column < across; column++)
            {
                if (state.RestartInterval > 0 && untilRestart-- == 0)
                {
                    SkipToRestart();
                    untilRestart = state.RestartInterval - 1;
                }
                if (single)
                {
                    Block(c0, ((row * c0.BlocksAcross) + column) * 64);
                    continue;
                }
                foreach (JpegComponent c in components)
                {
                    for (int v = 0; v < c.V; v++)
                    {
                        for (int h = 0; h < c.H; h++)
                        {
                            Block(c, ((((row * c.V) + v) * c.BlocksAcross) + (column * c.H) + h) * 64);
                        }
                    }
                }
            }
        }
        return at;
    }

    private void Block(JpegComponent c, int offset)
    {
        Span<short> block = c.Coefficients.AsSpan(offset, 64);
        if (!state.Progressive)
        {
            Baseline(c, block);
        }
        else if (first == 0)
        {
            if (high == 0)
            {
                int size = Symbol(0, c.DcTable);
                c.Prediction += Receive(size);
                block[0] = (short)(c.Prediction << low);
            }
            else if (Bit() == 1)
            {
                block[0] |= (short)(1 << low);
            }
        }
        else if (high == 0)
        {
            AcFirst(c, block);
        }
        else
        {
            AcRefine(c, block);
        }
    }

    private void Baseline(JpegComponent c, Span<short> block)
    {
        c.Prediction += Receive(Symbol(0, c.DcTable));
        block[0] = (short)c.Prediction;
        for (int k = 1; k < 64; k++)
        {
            int symbol = Symbol(1, c.AcTable), run = symbol >> 4, size = symbol & 15;
            if (size == 0)
            {
                if (run != 15)
                {
                    return;
                }
                k += 15;
                continue;
            }
            k += run;
            if (k > 63)
            {
                throw new ImageFormatException("its compressed data is damaged");
            }
            block[Order[k]] = (short)Receive(size);
        }
    }

    private void AcFirst(JpegComponent c, Span<short> block)
    {
        if (endRun > 0)
        {
            endRun--;
            return;
        }
        for (int k = first; k <= last; k++)
        {
            int symbol = Symbol(1, c.AcTable), run = symbol >> 4, size = symbol & 15;
            if (size == 0)
            {
                if (run < 15)
                {
                    endRun = (1 << run) - 1 + (run > 0 ? Bits(run) : 0);
                    return;
                }
                k += 15;
                continue;
            }
            k += run;
            if (k > 63)
            {
                throw new ImageFormatException("its compressed data is damaged");
            }
            block[Order[k]] = (short)(Receive(size) << low);
        }
    }

    private void AcRefine(JpegComponent c, Span<short> block)
    {
        int plus = 1 << low, minus = -1 << low, k = first;
        if (endRun == 0)
        {
            for (; k <= last; k++)
            {
                int symbol = Symbol(1, c.AcTable), run = symbol >> 4, value = 0;
                if ((symbol & 15) != 0)
                {
                    value = Bit() == 1 ? plus : minus;
                }
                else if (run < 15)
                {
                    endRun = (1 << run) + (run > 0 ? Bits(run) : 0);
                    break;
                }
                // Pass over coefficients that are already nonzero, correcting them, and over `run` zeros.
                for (; k <= last; k++)
                {
                    ref short x = ref block[Order[k]];
                    if (x != 0)
                    {
                        Correct(ref x, plus, minus);
                    }
                    else if (run-- == 0)
                    {
                        if (value != 0)
                        {
                            x = (short)value;
                        }
                        break;
                    }
                }
            }
        }
        if (endRun > 0)
        {
            for (; k <= last; k++)
            {
                ref short x = ref block[Order[k]];
                if (x != 0)
                {
                    Correct(ref x, plus, minus);
                }
            }
            endRun--;
        }
    }

    private void Correct(ref short x, int plus, int minus)
    {
        if (Bit() == 1 && (x & plus) == 0)
        {
            x += (short)(x >= 0 ? plus : minus);
        }
    }

    private int Symbol(int kind, int table)
    {
        JpegHuffman huffman = state.Huffman[kind, table] ?? throw new ImageFormatException("a scan uses a Huffman table that is not there");
        Fill(16);
        int symbol = huffman.Decode((bits >> (bitCount - 16)) & 0xFFFF, out int length);
        Consume(length);
        return symbol;
    }

    private int Bit() => Bits(1);

    private int Bits(int n)
    {
        Fill(n);
        int value = (bits >> (bitCount - n)) & ((1 << n) - 1);
        Consume(n);
        return value;
    }

    private void Consume(int n)
    {
        bitCount -= n;
        if (missing > 0 && bitCount < missing)
        {
            throw new ImageFormatException("its compressed data ends early");
        }
    }

    // T.81 F.2.2.1: the value of a difference or coefficient of `size` bits.
    private int Receive(int size)
    {
        if (size == 0)
        {
            return 0;
        }
        if (size > 15)
        {
            throw new ImageFormatException("its compressed data is damaged");
        }
        int v = Bits(size);
        return v < 1 << (size - 1) ? v - (1 << size) + 1 : v;
    }

    private void Fill(int n)
    {
        while (bitCount < n)
        {
            int next = 0;
            if (!atMarker && at < data.Length)
            {
                next = data[at];
                if (next == 0xFF && (at + 1 >= data.Length || data[at + 1] != 0))
                {
                    atMarker = true;
                }
                else
                {
                    at += next == 0xFF ? 2 : 1;
                }
            }
            else
            {
                atMarker = true;
            }
            if (atMarker)
            {
                // Bits past the end may be looked at, but not used.
                next = 0;
                missing += 8;
            }
            bits = (bits << 8) | next;
            bitCount += 8;
        }
    }

    private void SkipToRestart()
    {
        if (at + 1 >= data.Length || data[at] != 0xFF || data[at + 1] is < 0xD0 or > 0xD7)
        {
            throw new ImageFormatException("a restart marker is not where it should be");
        }
        at += 2;
        Restart();
    }

    private void Restart()
    {
        (bitCount, bits, endRun, atMarker, missing) = (0, 0, 0, false, 0);
        foreach (JpegComponent c in components)
        {
            c.Prediction = 0;
        }
    }
}
