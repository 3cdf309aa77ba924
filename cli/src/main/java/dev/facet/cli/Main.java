package dev.facet.cli;

import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** {@code facet COMMAND ...}. Exit code 0: done, 1: the operation failed, 2: wrong usage. */
@Command(
    name = "facet",
    description =
        "Feature coding for machines: compresses the feature pyramids of vision networks.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Packs are looked up in --model, then FACET_MODELS, then the shipped models folder.",
      "Try: facet demo"
    })
public final class Main {
  /** By name, in the order of the help. */
  private static final Map<String, Supplier<Object>> COMMANDS = commands();

  private static final int FAILED = 1;
  private static final int USAGE = 2;

  @SuppressWarnings("unused") // picocli looks at the option itself
  @CommandLine.Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Shows this help.")
  private boolean help;

  @CommandLine.Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Shows the stack trace of a failure.")
  private boolean debug;

  private Main() {}

  /** Runs the command line and ends the JVM. */
  public static void main(String[] args) {
    // pictures are drawn in memory: no display is looked for, nor needed
    System.setProperty("java.awt.headless", "true");
    Charset charset = System.out.charset();
    PrintWriter out = new PrintWriter(System.out, true, charset);
    PrintWriter err = new PrintWriter(System.err, true, charset);
    int code = run(out, err, args);
    out.flush();
    err.flush();
    System.exit(code);
  }

  /** Runs the command line and returns the exit code. */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    Main main = new Main();
    CommandLine line = new CommandLine(main);
    // To describe all commands to picocli takes longer than many a command runs: help and a mistyped name alone need them.
    if (args.length > 0 && COMMANDS.containsKey(args[0])) {
      line.addSubcommand(args[0], COMMANDS.get(args[0]).get());
    } else {
      COMMANDS.forEach((name, command) -> line.addSubcommand(name, command.get()));
    }
    line.setOut(out);
    line.setErr(err);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionExceptionHandler((e, command, result) -> main.fail(err, e));
    line.setParameterExceptionHandler(Main::misuse);
    line.setExecutionStrategy(result ->
        result.hasSubcommand() ? new CommandLine.RunLast().execute(result) : overview(line));
    try {
      return line.execute(args);
    } catch (OutOfMemoryError | StackOverflowError e) {
      return main.fail(err, e);
    }
  }

  private static Map<String, Supplier<Object>> commands() {
    Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
    commands.put("demo", DemoCommand::new);
    commands.put("encode", EncodeCommand::new);
    commands.put("decode", DecodeCommand::new);
    commands.put("detect", DetectCommand::new);
    commands.put("eval", EvalCommand::new);
    commands.put("inspect", InspectCommand::new);
    commands.put("convert", ConvertCommand::new);
    commands.put("export", ExportCommand::new);
    commands.put("models", ModelsCommand::new);
    commands.put("reproduce", ReproduceCommand::new);
    commands.put("scenes", ScenesCommand::new);
    commands.put("verify", VerifyCommand::new);
    commands.put("version", VersionCommand::new);
    return commands;
  }

  private static int overview(CommandLine line) {
    if (line.getParseResult().isUsageHelpRequested()) {
      line.usage(line.getOut());
      return 0;
    }
    line.usage(line.getErr());
    return USAGE;
  }

  private int fail(PrintWriter err, Throwable e) {
    err.println("facet: " + Failures.describe(e));
    if (debug) {
      e.printStackTrace(err);
    }
    return FAILED;
  }

  private static int misuse(ParameterException e, String[] args) {
    CommandLine command = e.getCommandLine();
    command
        .getErr()
        .println(
            "facet: "
                + Failures.oneLine(String.valueOf(e.getMessage()))
                + " (see "
                + command.getCommandSpec().qualifiedName()
                + " --help)");
    return USAGE;
  }
}
