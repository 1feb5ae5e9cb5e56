package dev.acceld.machine.description;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** YAML in, a checked description out; strict, with messages for people. */
public final class DescriptionReader {
  private static final ObjectMapper MAPPER =
      YAMLMapper.builder(
              YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build())
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
          .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(
              LogicalType.Textual,
              c -> c.setCoercion(CoercionInputShape.Integer, CoercionAction.TryConvert))
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .build();

  private DescriptionReader() {}

  /** The other way; what it writes can be read again. */
  public static String write(MachineDescription machine) {
    try {
      return MAPPER.writeValueAsString(machine);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  public static MachineDescription read(String yaml, String source) {
    MachineDescription machine;
    Map<String, Integer> lines = Map.of();
    try (JsonParser keys = MAPPER.createParser(yaml)) {
      lines = KeyCheck.check(keys, source);
      machine = MAPPER.readValue(yaml, MachineDescription.class);
    } catch (JsonProcessingException e) {
      throw new MachineException("machine description " + source + explain(e, lines), e);
    } catch (IOException e) {
      throw new IllegalStateException("a text in memory can be read", e);
    }
    if (machine == null) {
      throw new MachineException("machine description " + source + " is empty; start with 'name:'");
    }
    List<String> mistakes = DescriptionCheck.mistakes(machine);
    if (!mistakes.isEmpty()) {
      StringBuilder text = new StringBuilder("machine description " + source);
      String separator = "";
      for (String mistake : mistakes) {
        text.append(separator).append(at(mistake.substring(0, mistake.indexOf(':')), lines));
        text.append(mistake);
        separator = ";";
      }
      throw new MachineException(text.toString());
    }
    return machine;
  }

  private static String at(String path, Map<String, Integer> lines) {
    Integer line = lines.get(path);
    return line == null ? ": " : ", line " + line + ", ";
  }

  private static String explain(JsonProcessingException e, Map<String, Integer> lines) {
    String path = e instanceof JsonMappingException mapping ? path(mapping) : "";
    String reason = reason(e);
    if (e instanceof ValueInstantiationException && reason.matches("[a-zA-Z]+: .*")) {
      // refused by the block as a whole, which says for which of its keys
      String key = reason.substring(0, reason.indexOf(':'));
      path = path.isEmpty() ? key : path + "." + key;
      reason = reason.substring(key.length() + 2);
    }
    Integer line = lines.get(path);
    if (line == null && YamlProblem.line(e) > 0) {
      line = YamlProblem.line(e);
    }
    return (line == null ? "" : ", line " + line)
        + (path.isEmpty() ? "" : ", " + path)
        + ": "
        + reason;
  }

  private static String reason(JsonProcessingException e) {
    return switch (e) {
      case ValueInstantiationException refused when refused.getCause() != null ->
          Objects.requireNonNullElse(refused.getCause().getMessage(), "not a valid value");
      case InvalidFormatException format ->
          "'" + format.getValue() + "' is not " + kind(format.getTargetType());
      case MismatchedInputException mismatch
          when mismatch.getOriginalMessage().startsWith("Missing required creator property '") ->
          "the key '"
              + mismatch.getOriginalMessage().split("'", 3)[1]
              + "' is missing; add it (see an existing machine description)";
      case MismatchedInputException mismatch
          when mismatch.getOriginalMessage().startsWith("No content") ->
          "the file is empty; start with 'name:'";
      case MismatchedInputException mismatch when mismatch.getTargetType() != null ->
          "the value is not " + kind(mismatch.getTargetType());
      default -> YamlProblem.describe(e);
    };
  }

  private static String kind(Class<?> type) {
    if (type.isEnum()) {
      return "one of "
          + String.join(
              ", ", List.of(type.getEnumConstants()).stream().map(String::valueOf).toList());
    }
    if (type == int.class || type == long.class || type == Integer.class || type == Long.class) {
      return "a whole number";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "a list";
    }
    if (type == PciId.class) {
      return "a PCI id such as 0x10de";
    }
    return type == String.class ? "a string (in quotes)" : "a block of keys";
  }

  private static String path(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : e.getPath()) {
      if (step.getFieldName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return path.toString();
  }
}
