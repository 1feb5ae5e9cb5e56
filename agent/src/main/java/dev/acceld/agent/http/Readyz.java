package dev.acceld.agent.http;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.acceld.text.OneLine;
import java.util.List;
import java.util.function.Supplier;

/**
 * {@code /readyz}: 200 when all required conditions are met, else 503; lists each either way, the
 * advisory ones too. JSON for those who accept it or ask {@code ?format=json}, else text.
 */
final class Readyz implements Endpoint {
  private final Supplier<List<Condition>> conditions;

  Readyz(Supplier<List<Condition>> conditions) {
    this.conditions = conditions;
  }

  @Override
  public Reply get(Request request) {
    List<Condition> now = conditions.get();
    boolean ready = true;
    for (Condition condition : now) {
      ready &= !condition.blocks();
    }
    int status = ready ? 200 : 503;
    return request.wantsJson()
        ? Reply.json(status, json(ready, now))
        : Reply.text(status, text(ready, now));
  }

  private static String text(boolean ready, List<Condition> conditions) {
    StringBuilder out = new StringBuilder(ready ? "ready\n" : "not ready\n");
    for (Condition condition : conditions) {
      out.append(
          condition.ok() ? "[ok]      " : condition.required() ? "[missing] " : "[warn]    ");
      out.append(condition.name())
          .append(": ")
          .append(OneLine.of(condition.sentence()))
          .append('\n');
    }
    return out.toString();
  }

  private static String json(boolean ready, List<Condition> conditions) {
    StringBuilder out = new StringBuilder("{\"ready\":").append(ready).append(",\"conditions\":[");
    String comma = "";
    for (Condition condition : conditions) {
      out.append(comma).append("{\"name\":\"");
      quote(condition.name(), out);
      out.append("\",\"ok\":").append(condition.ok());
      out.append(",\"required\":").append(condition.required()).append(",\"sentence\":\"");
      quote(condition.sentence(), out);
      out.append("\"}");
      comma = ",";
    }
    return out.append("]}\n").toString();
  }

  private static void quote(String text, StringBuilder out) {
    JsonStringEncoder.getInstance().quoteAsString(text, out);
  }
}
