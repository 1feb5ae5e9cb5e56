package dev.acceld.telemetry.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.encoder.EncoderBase;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.acceld.text.OneLine;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;

/**
 * Writes an event in either format, so that no text from outside can begin a line or control a
 * terminal ({@link OneLine}). One class instead of logback's pattern layout: nothing to parse at
 * start.
 */
final class LineEncoder extends EncoderBase<ILoggingEvent> {
  /** RFC 3339 in UTC, always with milliseconds, so that columns stay in line. */
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final LogFormat format;

  LineEncoder(LogFormat format) {
    this.format = format;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    StringBuilder out = new StringBuilder(200);
    switch (format) {
      case TEXT -> text(event, out);
      case JSON -> json(event, out);
    }
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void text(ILoggingEvent event, StringBuilder out) {
    String level = event.getLevel().toString();
    out.append(time(event)).append(' ').append(level);
    out.repeat(' ', Math.max(1, 6 - level.length()));
    String logger = event.getLoggerName();
    out.append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(": ");
    out.append(OneLine.of(event.getFormattedMessage()));
    for (Map.Entry<String, String> entry : event.getMDCPropertyMap().entrySet()) {
      out.append(' ').append(entry.getKey()).append('=').append(OneLine.of(entry.getValue()));
    }
    out.append('\n');
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      StackText.append(thrown, out);
    }
  }

  private static void json(ILoggingEvent event, StringBuilder out) {
    out.append("{\"time\":\"").append(time(event)).append('"');
    member("level", event.getLevel().toString().toLowerCase(Locale.ROOT), out);
    member("logger", event.getLoggerName(), out);
    member("message", event.getFormattedMessage(), out);
    event.getMDCPropertyMap().forEach((key, value) -> member(key, value, out));
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      StringBuilder text = new StringBuilder();
      StackText.append(thrown, text);
      member("exception", text.toString(), out);
    }
    out.append("}\n");
  }

  private static void member(String key, String value, StringBuilder out) {
    out.append(",\"");
    JsonStringEncoder.getInstance().quoteAsString(key, out);
    out.append("\":\"");
    // What JSON leaves as it is and a terminal obeys is written as JSON's escapes, too.
    out.append(OneLine.of(new String(JsonStringEncoder.getInstance().quoteAsString(value))));
    out.append('"');
  }

  private static String time(ILoggingEvent event) {
    Instant at = event.getInstant();
    return TIME.format(
        (at == null ? Instant.ofEpochMilli(event.getTimeStamp()) : at)
            .truncatedTo(ChronoUnit.MILLIS));
  }

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }
}
