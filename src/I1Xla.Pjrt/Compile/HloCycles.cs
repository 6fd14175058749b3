using System.Text.Json;
using I1Xla.Pjrt.Xla;

namespace I1Xla.Pjrt;

/// <summary>The compiler's estimate for one instruction of the optimized program.</summary>
/// <param name="Name">The instruction's name.</param>
/// <param name="Opcode">Its opcode.</param>
/// <param name="Source">The operation of the source program it comes from, where known.</param>
/// <param name="Cycles">Cycles for all its executions in one run of the program.</param>
/// <param name="Executions">How often it runs: the product of the known trip counts of the loops around it.</param>
public sealed record HloCycleEstimate(string Name, string Opcode, string Source, double Cycles, long Executions);

/// <summary>
/// The TPU compiler's cycle estimates, summed over an optimized program: every fusion carries <c>estimated_cycles</c> in its
/// <c>window_config</c>. A loop's body counts as often as its known trip count says, once where it is not known; a conditional
/// counts its costliest branch.
/// </summary>
public sealed record HloCycles
{
    /// <summary>Cycles of one run.</summary>
    public required double Total { get; init; }

    /// <summary>Loops whose trip count is not known (their bodies are counted once).</summary>
    public required int UnknownLoops { get; init; }

    /// <summary>The instructions with an estimate, costliest first.</summary>
    public required IReadOnlyList<HloCycleEstimate> Instructions { get; init; }

    /// <summary>Sums the estimates of an optimized program; null when its format is not HLO or it carries none.</summary>
    public static HloCycles? TryRead(PjrtProgram optimized)
    {
        HloModuleProto? module = optimized.Format switch
        {
            "hlo_with_config" => HloModuleProtoWithConfig.Parser.ParseFrom(optimized.Code).HloModule,
            "hlo" => HloModuleProto.Parser.ParseFrom(optimized.Code),
            _ => null,
        };
        if (module is null)
        {
            return null;
        }
        var walk = new Walk(module);
        double total = walk.Computation(module.EntryComputationId, 1);
        return walk.Found.Count == 0 ? null : new HloCycles
        {
            Total = total,
            UnknownLoops = walk.UnknownLoops,
            Instructions = [.. walk.Found.OrderByDescending(i => i.Cycles)],
        };
    }

    private sealed class Walk(HloModuleProto module)
    {
        private readonly Dictionary<long, HloComputationProto> computations = module.Computations.ToDictionary(c => c.Id);
        private readonly HloTripCount tripCount = new(module);

        public List<HloCycleEstimate> Found { get; } = [];

        public int UnknownLoops { get; private set; }

        public double Computation(long id, long executions)
        {
            double sum = 0;
            foreach (HloInstructionProto instruction in computations[id].Instructions)
            {
                (double? cycles, long? trips) = Config(instruction);
                if (cycles is { } own)
                {
                    sum += own * executions;
                    Found.Add(new HloCycleEstimate(instruction.Name, instruction.Opcode, instruction.Metadata?.OpName ?? "", own * executions, executions));
                }
                else if (instruction.Opcode == "while")
                {
                    trips ??= tripCount.TryFind(computations[id], instruction);
                    if (trips is null)
                    {
                        UnknownLoops++;
                    }
                    sum += instruction.CalledComputationIds.Sum(c => Computation(c, executions * (trips ?? 1)));
                }
                else if (instruction.Opcode == "conditional")
                {
                    sum += instruction.CalledComputationIds.Select(c => Computation(c, executions)).DefaultIfEmpty(0).Max();
                }
                else if (instruction.Opcode is "call" or "async-start" or "fusion")
                {
                    sum += instruction.CalledComputationIds.Sum(c => Computation(c, executions));
                }
            }
            return sum;
        }

        private static (double? Cycles, long? Trips) Config(HloInstructionProto instruction)
        {
            if (instruction.BackendConfig.IsEmpty || instruction.BackendConfig[0] != (byte)'{')
            {
                return (null, null);
            }
            using JsonDocument json = JsonDocument.Parse(instruction.BackendConfig.Memory);
            double? cycles = json.RootElement.TryGetProperty("window_config", out JsonElement window) && window.TryGetProperty("estimated_cycles", out JsonElement estimate) ? Number(estimate) : null;
            return (cycles, Trips(json.RootElement));
        }

        private static long? Trips(JsonElement element)
        {
            if (element.ValueKind != JsonValueKind.Object)
            {
                return null;
            }
            foreach (JsonProperty property in element.EnumerateObject())
            {
                if (property.NameEquals("known_trip_count") && property.Value.ValueKind == JsonValueKind.Object && property.Value.TryGetProperty("n", out JsonElement n))
                {
                    return (long?)Number(n);
                }
                if (Trips(property.Value) is { } inner)
                {
                    return inner;
                }
            }
            return null;
        }

        private static double? Number(JsonElement element) => element.ValueKind switch
        {
            JsonValueKind.Number => element.GetDouble(),
            JsonValueKind.String when double.TryParse(element.GetString(), System.Globalization.CultureInfo.InvariantCulture, out double value) => value,
            _ => null,
        };
    }
}
