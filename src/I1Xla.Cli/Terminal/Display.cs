using System.Globalization;
using I1Xla.Data;
using I1Xla.Host.Metrics;
using Spectre.Console;

namespace I1Xla.Cli.Terminal;

/// <summary>
/// What a long command shows while it works: bars with rate and time left on a terminal, single lines for what matters
/// elsewhere, nothing at all with <c>--json</c>. Everything goes to standard error; standard output is for results.
/// </summary>
internal sealed class Display
{
    private readonly bool _live;
    private readonly bool _silent;
    private readonly IAnsiConsole _console;
    private ProgressTask? _task;
    private ProgressContext? _context;
    private long _begun;

    private Display(bool silent)
    {
        _silent = silent;
        _live = !silent && !Console.IsErrorRedirected && Environment.GetEnvironmentVariable("TERM") is not "dumb";
        _console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
    }

    /// <summary>Runs a command's work with a display.</summary>
    public static T Run<T>(bool silent, Func<Display, T> work)
    {
        var display = new Display(silent);
        if (!display._live)
        {
            return work(display);
        }
        return display._console.Progress()
            .AutoClear(false)
            .HideCompleted(false)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn { Width = 32 }, new PercentageColumn())
            .Start(context =>
            {
                display._context = context;
                try
                {
                    return work(display);
                }
                finally
                {
                    display.EndTask();
                }
            });
    }

    /// <summary>A phase begins that has no count.</summary>
    public void Phase(string what)
    {
        EndTask();
        Line(what + " …");
    }

    /// <summary>A line that stays.</summary>
    public void Line(string text)
    {
        if (_silent)
        {
            return;
        }
        if (_live)
        {
            _console.MarkupLineInterpolated($"{text}");
        }
        else
        {
            Console.Error.WriteLine(text);
        }
    }

    /// <summary>Moves the bar of a job, starting it at its first report.</summary>
    /// <param name="what">Name of the job; another name starts another bar.</param>
    /// <param name="done">Items done.</param>
    /// <param name="total">Items in all.</param>
    /// <param name="detail">What to show beside it; rate and time left when null.</param>
    public void Bar(string what, long done, long total, string? detail = null)
    {
        if (_context is null)
        {
            return;
        }
        if (_task is null || (string)_task.State.Get<Named>("name").Value != what)
        {
            EndTask();
            _task = _context.AddTask(Markup.Escape(what), maxValue: Math.Max(1, total));
            _task.State.Update<Named>("name", _ => new Named(what));
            _begun = System.Diagnostics.Stopwatch.GetTimestamp();
        }
        _task.MaxValue = Math.Max(1, total);
        _task.Value = done;
        _task.Description = Markup.Escape($"{what}  {done:N0}/{total:N0}  {detail ?? RateAndTimeLeft(done, total)}");
    }

    /// <summary>Progress of a data job.</summary>
    public IProgress<DataProgress> Data(string what) => new Immediate<DataProgress>(p =>
    {
        if (p.Message is { } message)
        {
            Line(message);
        }
        Bar(what, p.Done, p.Total);
    });

    /// <summary>Progress of a job that counts.</summary>
    public IProgress<int> Count(string what, int total) => new Immediate<int>(done => Bar(what, done, total));

    private string RateAndTimeLeft(long done, long total)
    {
        double seconds = System.Diagnostics.Stopwatch.GetElapsedTime(_begun).TotalSeconds;
        return done <= 0 || seconds < 1 ? "" : string.Create(CultureInfo.InvariantCulture, $"{done / seconds:N0}/s, {Chrono.Format((total - done) * seconds / done)} left");
    }

    private void EndTask()
    {
        if (_task is { } task)
        {
            task.Value = task.MaxValue;
            task.StopTask();
            _task = null;
        }
    }

    private readonly record struct Named(string Value);

    // IProgress<T> that reports on the caller's thread, so that the order of lines and bars is that of the work.
    private sealed class Immediate<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
