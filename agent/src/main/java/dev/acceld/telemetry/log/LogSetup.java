package dev.acceld.telemetry.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import ch.qos.logback.core.spi.ContextAwareBase;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Sets up logging in code: found by logback through {@code META-INF/services}, so that no XML is
 * looked for or parsed at start (text, level info, standard error), and changed by {@link
 * #configure} once the settings are known.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
  private static final String APPENDER = "stderr";

  /** For logback. */
  public LogSetup() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    apply(context, LogFormat.TEXT, Level.INFO);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /**
   * Switches format and level for all lines from now on, those of libraries that log by {@code
   * java.util.logging} (gRPC) included.
   *
   * @param level {@code error}, {@code warn}, {@code info}, {@code debug}, {@code trace}; below
   *     info it is for our own lines, libraries stay at info
   * @throws IllegalArgumentException for an unknown level, naming it and the choices
   */
  public static void configure(LogFormat format, String level) {
    Level own = level(level);
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      apply(context, format, own);
    }
    if (!SLF4JBridgeHandler.isInstalled()) {
      SLF4JBridgeHandler.removeHandlersForRootLogger();
      SLF4JBridgeHandler.install();
    }
  }

  private static Level level(String text) {
    Level level = text.equalsIgnoreCase("off") ? null : Level.toLevel(text, null);
    if (level == null || level.equals(Level.ALL)) {
      throw new IllegalArgumentException(
          "log level '" + text + "' is unknown; use error, warn, info, debug or trace");
    }
    return level;
  }

  private static void apply(LoggerContext context, LogFormat format, Level own) {
    LineEncoder encoder = new LineEncoder(format);
    encoder.setContext(context);
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setName(APPENDER);
    appender.setContext(context);
    appender.setTarget(ConsoleTarget.SystemErr.getName());
    appender.setEncoder(encoder);
    appender.start();

    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    var before = root.getAppender(APPENDER);
    root.addAppender(appender); // before the old one goes: no line is lost in between
    if (before != null) {
      root.detachAppender(before);
      before.stop();
    }
    root.setLevel(own.isGreaterOrEqual(Level.INFO) ? own : Level.INFO);
    context.getLogger("dev.acceld").setLevel(own);
    // Netty warns about options that a Unix socket does not know: nothing that anybody could mend.
    context.getLogger("io.netty.bootstrap").setLevel(Level.ERROR);
    // It prints a stack trace for an exec plugin that fails; our own message names the plugin.
    context.getLogger("io.fabric8.kubernetes.client.internal.KubeConfigUtils").setLevel(Level.OFF);
  }
}
