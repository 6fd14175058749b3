using System.Diagnostics;
using System.Reflection;
using System.Security;
using NUnit.Framework.Api;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

// Runner ASSEMBLY +PREFIX... [PATTERN...] [!PATTERN...]: NUnit in this process, one line a test, for a machine on which vstest takes minutes to start.
// PREFIX is of a namespace, fixture or test: no others are even looked for. PATTERN is a regular expression that names must match (any of them), !PATTERN one that they must not.
string path = Path.GetFullPath(args[0]);
Environment.CurrentDirectory = Path.GetDirectoryName(path)!;
// NUnit takes Console.Out for itself while a test runs.
using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
var runner = new NUnitTestAssemblyRunner(new DefaultTestAssemblyBuilder());
runner.Load(Assembly.LoadFrom(path), new Dictionary<string, object> { ["NumberOfTestWorkers"] = 0, ["LOAD"] = args.Skip(1).Where(a => a[0] == '+').Select(a => a[1..]).ToList() });
string any = string.Concat(args.Skip(1).Where(a => a[0] is not '+' and not '!').Select(Matches));
string none = string.Concat(args.Where(a => a[0] == '!').Select(a => $"<not>{Matches(a[1..])}</not>"));
var lines = new Lines(output);
runner.Run(lines, TestFilter.FromXml($"<filter><and>{(any.Length > 0 ? $"<or>{any}</or>" : "")}{none}</and></filter>"));
output.WriteLine($"TOTAL passed {lines.Passed} failed {lines.Failed} other {lines.Other}");
return lines.Failed == 0 && lines.Passed > 0 ? 0 : 1;

static string Matches(string pattern) => $"<test re='1'>{SecurityElement.Escape(pattern)}</test>";

/// <summary>Writes a line when a test starts and one when it ends.</summary>
internal sealed class Lines(TextWriter output) : ITestListener
{
    public int Passed { get; private set; }

    public int Failed { get; private set; }

    public int Other { get; private set; }

    public void TestStarted(ITest test)
    {
        if (!test.IsSuite) output.WriteLine($"> {test.FullName}");
    }

    public void TestFinished(ITestResult result)
    {
        TestStatus status = result.ResultState.Status;
        if (result.Test.IsSuite && (status != TestStatus.Failed || result.HasChildren)) return;
        if (status == TestStatus.Passed) Passed++;
        else if (status == TestStatus.Failed) Failed++;
        else Other++;
        output.WriteLine($"{status} {result.FullName}");
        if (status != TestStatus.Passed) output.WriteLine($"{result.Message}\n{result.StackTrace}");
    }

    public void TestOutput(TestOutput text) => output.WriteLine($"  {text.Text.TrimEnd()}");

    public void SendMessage(TestMessage message)
    {
    }
}
