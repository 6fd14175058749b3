using System.CommandLine;
using I1Xla.Cli.Terminal;
using I1Xla.Data.Importing;
using I1Xla.Data.Shapes;
using I1Xla.Host;

namespace I1Xla.Cli.Commands;

/// <summary><c>i1xla data shapes|images|emoji-captions</c>.</summary>
internal static class DataCommands
{
    private const int MaxListed = 20;

    /// <summary>The command.</summary>
    public static Command Build() => new("data", "Make data sets in i1's record layout.") { Shapes(), Images(), EmojiCaptions() };

    private static Command Shapes()
    {
        Option<string> output = Output();
        var count = new Option<int>("--count") { Description = "Pictures.", DefaultValueFactory = _ => 20000 };
        var size = new Option<int>("--size") { Description = "Height and width in pixels.", DefaultValueFactory = _ => 32 };
        var seed = new Option<int>("--seed") { Description = "Seed of everything.", DefaultValueFactory = _ => 0 };
        var shards = new Option<int>("--shards") { Description = "Files.", DefaultValueFactory = _ => 4 };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("shapes", "Coloured shapes on coloured grounds, several captions a picture; some combinations are held out for judging.") { output, count, size, seed, shards, json };
        command.SetAction((parsed, stop) => Task.FromResult(Display.Run(parsed.GetValue(json), display =>
        {
            ShapesResult result = Guard(() => ShapesDataset.Generate(new ShapesOptions
            {
                Directory = parsed.GetValue(output)!,
                Count = parsed.GetValue(count),
                Size = parsed.GetValue(size),
                Seed = parsed.GetValue(seed),
                Shards = parsed.GetValue(shards),
            }, display.Data("pictures"), stop));
            if (parsed.GetValue(json))
            {
                Json.Write(result);
            }
            else
            {
                Console.WriteLine($"{result.Pictures:N0} pictures ({result.Bytes / 1e6:N1} MB), {result.TrainingCombinations} combinations, {result.HeldOut} more held out, {result.Words} words, in {parsed.GetValue(output)}.");
            }
            return 0;
        })));
        return command.WithExamples("i1xla data shapes --out data/shapes", "i1xla data shapes --out data/shapes64 --size 64 --count 50000 --seed 1");
    }

    private static Command Images()
    {
        var folder = new Argument<string>("folder") { Description = "A folder of pictures (PNG, JPEG, BMP), searched with its subfolders." };
        var captions = new Option<string>("--captions") { Description = "CSV or JSON lines: a picture's name and one or several captions.", Required = true };
        var size = new Option<int>("--size") { Description = "Height and width in pixels: the shorter edge is resized, the middle is kept.", Required = true };
        Option<string> output = Output();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("images", "Any folder of pictures with a table of captions; resumes where it stopped.") { folder, captions, size, output, json };
        command.SetAction((parsed, stop) => Task.FromResult(Display.Run(parsed.GetValue(json), display =>
        {
            ImageImportResult result = Guard(() => ImageFolderImporter.Import(new ImageImportOptions
            {
                Folder = parsed.GetValue(folder)!,
                Captions = parsed.GetValue(captions)!,
                Directory = parsed.GetValue(output)!,
                Size = parsed.GetValue(size),
            }, display.Data("pictures"), stop));
            if (parsed.GetValue(json))
            {
                Json.Write(result);
                return 0;
            }
            List("could not be read", [.. result.Unreadable.Select(p => $"{p.File}: {p.Reason}")]);
            List("have no caption", result.WithoutCaption);
            List("are in the table but not in the folder", result.Missing);
            Console.WriteLine($"{result.Pictures:N0} pictures ({result.Bytes / 1e6:N1} MB{(result.Resumed > 0 ? $", {result.Resumed:N0} of them from before" : "")}), {result.Words:N0} words, in {parsed.GetValue(output)}.");
            return 0;
        })));
        return command.WithExamples("i1xla data images photos --captions photos.csv --size 256 --out data/photos", "i1xla data images photos --captions photos.jsonl --size 64 --out data/photos64 --json");
    }

    private static Command EmojiCaptions()
    {
        var emoji = new Argument<string>("emoji-json") { Description = "emoji.json of the npm package emoji-datasource-google." };
        var output = new Option<string>("--out") { Description = "The caption table to write.", Required = true };
        var set = new Option<string>("--set") { Description = "Which vendor's pictures.", DefaultValueFactory = _ => "google" };
        var command = new Command("emoji-captions", "A caption table for the emoji pictures of an npm package, from their names and keywords.") { emoji, output, set };
        command.SetAction(parsed =>
        {
            int count = Guard(() => Data.Importing.EmojiCaptions.Write(parsed.GetValue(emoji)!, parsed.GetValue(set)!, parsed.GetValue(output)!));
            Console.WriteLine($"{count:N0} pictures with captions in {parsed.GetValue(output)}.");
            return 0;
        });
        return command.WithExamples("i1xla data emoji-captions package/emoji.json --out emoji.jsonl");
    }

    private static Option<string> Output() => new("--out") { Description = "The data set's folder.", Required = true };

    private static void List(string what, IReadOnlyList<string> names)
    {
        if (names.Count > 0)
        {
            Console.Error.WriteLine($"{names.Count:N0} pictures {what}:");
            foreach (string name in names.Take(MaxListed))
            {
                Console.Error.WriteLine($"  {name}");
            }
            if (names.Count > MaxListed)
            {
                Console.Error.WriteLine($"  … and {names.Count - MaxListed:N0} more (--json lists all)");
            }
        }
    }

    private static T Guard<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (ArgumentException e)
        {
            throw new UserErrorException(e.Message, e);
        }
    }
}
