namespace I1Xla.Cpu.Tests.Compiler;

public sealed class RandomBitsTests
{
    [TestCase("THREE_FRY", 2, "17x12xui32")]
    [TestCase("THREE_FRY", 2, "5x7x3xui32")]
    [TestCase("THREE_FRY", 2, "3x4x5xi32")]
    [TestCase("THREE_FRY", 2, "ui32")]
    [TestCase("THREE_FRY", 2, "1xui32")]
    [TestCase("THREE_FRY", 2, "6x5xui8")]
    [TestCase("THREE_FRY", 2, "40xi16")]
    [TestCase("THREE_FRY", 2, "33xui64")]
    [TestCase("THREE_FRY", 2, "3x5xi64")]
    [TestCase("PHILOX", 2, "37xui32")]
    [TestCase("PHILOX", 3, "5x9xui32")]
    [TestCase("PHILOX", 3, "4x3xi64")]
    [TestCase("PHILOX", 2, "11xui64")]
    [TestCase("DEFAULT", 3, "70xi8")]
    [TestCase("DEFAULT", 2, "ui32")]
    [TestCase("DEFAULT", 2, "9xf32")]
    [TestCase("DEFAULT", 3, "7x3xf64")]
    [TestCase("PHILOX", 2, "11xbf16")]
    [TestCase("PHILOX", 2, "11xf16")]
    [TestCase("THREE_FRY", 2, "6x5xf16")]
    [TestCase("THREE_FRY", 2, "6x5xf8E4M3FN")]
    [TestCase("THREE_FRY", 2, "12xf4E2M1FN")]
    [TestCase("THREE_FRY", 2, "6x7xi4")]
    [TestCase("THREE_FRY", 2, "6x7xui2")]
    [TestCase("PHILOX", 3, "70xi1")]
    [TestCase("PHILOX", 3, "4x0xui32")]
    [TestCase("THREE_FRY", 2, "0xui32")]
    public void BitsAndStateAreTheInterpreters(string algorithm, int words, string result)
    {
        // Counters that overflow their lower half, and their upper one too.
        foreach (string counter in new[] { "7", "4294967290", "-3" })
        {
            string given = string.Join(", ", Enumerable.Repeat(counter, words - 1));
            ProgramCheck.Check($$"""
                func.func @main(%key: tensor<1xi64>) -> (tensor<{{words}}xui64>, tensor<{{result}}>) {
                  %counter = stablehlo.constant dense<[{{given}}]> : tensor<{{words - 1}}xi64>
                  %all = stablehlo.concatenate %key, %counter, dim = 0 : (tensor<1xi64>, tensor<{{words - 1}}xi64>) -> tensor<{{words}}xi64>
                  %state = stablehlo.bitcast_convert %all : (tensor<{{words}}xi64>) -> tensor<{{words}}xui64>
                  %next, %bits = stablehlo.rng_bit_generator %state, algorithm = {{algorithm}} : (tensor<{{words}}xui64>) -> (tensor<{{words}}xui64>, tensor<{{result}}>)
                  func.return %next, %bits : tensor<{{words}}xui64>, tensor<{{result}}>
                }
                """);
        }
    }
}
