package dev.acceld.probe.tpu.runtime.answer;

import dev.acceld.libtpu.proto.metrics.AttrValue;
import dev.acceld.libtpu.proto.metrics.Attribute;
import dev.acceld.libtpu.proto.metrics.Metric;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * One value of an answer, out of its envelope. Nothing of it is checked yet.
 *
 * @param device the JAX device that it is about
 * @param attributes what else it is about, as text
 * @param number of a gauge or counter; may be NaN
 * @param distribution of a distribution
 */
public record Entry(
    OptionalLong device,
    Map<String, String> attributes,
    OptionalDouble number,
    Optional<RawDistribution> distribution) {
  /** More than any metric has. */
  private static final int MOST_ATTRIBUTES = 8;

  /** The device of HLO metrics (tpu-info: a string lately, a number earlier). */
  private static final String DEVICE_ORDINAL = "device_ordinal";

  /** Takes a copy; a negative zero is zero. */
  public Entry {
    attributes = Map.copyOf(attributes);
    number = number.isPresent() ? OptionalDouble.of(number.getAsDouble() + 0.0) : number;
  }

  /**
   * Of the wire.
   *
   * @throws BadAnswerException when a distribution is none
   */
  static Entry of(Metric metric) {
    Attribute attribute = metric.getAttribute();
    boolean list = attribute.getValue().hasKvlistAttr();
    Map<String, String> attributes = new LinkedHashMap<>();
    for (Attribute one :
        list ? attribute.getValue().getKvlistAttr().getAttributesList() : List.of(attribute)) {
      if (attributes.size() < MOST_ATTRIBUTES) {
        text(one.getValue())
            .ifPresent(text -> attributes.put(ForeignText.of(one.getKey()), ForeignText.of(text)));
      }
    }
    OptionalLong device =
        list
            ? number(attributes.getOrDefault(DEVICE_ORDINAL, ""))
            : attribute.getValue().hasIntAttr()
                ? OptionalLong.of(attribute.getValue().getIntAttr())
                : OptionalLong.empty();
    return new Entry(
        device,
        attributes,
        number(metric),
        metric.hasDistribution()
            ? Optional.of(RawDistribution.of(metric.getDistribution()))
            : Optional.empty());
  }

  private static Optional<String> text(AttrValue value) {
    return switch (value.getAttrCase()) {
      case STRING_ATTR -> Optional.of(value.getStringAttr());
      case BOOL_ATTR -> Optional.of(Boolean.toString(value.getBoolAttr()));
      case INT_ATTR -> Optional.of(Long.toString(value.getIntAttr()));
      case DOUBLE_ATTR -> Optional.of(Double.toString(value.getDoubleAttr()));
      case ARRAY_ATTR, KVLIST_ATTR, BYTES_ATTR, ATTR_NOT_SET -> Optional.empty();
    };
  }

  private static OptionalLong number(String digits) {
    return digits.matches("-?[0-9]{1,10}")
        ? OptionalLong.of(Long.parseLong(digits))
        : OptionalLong.empty();
  }

  private static OptionalDouble number(Metric metric) {
    return switch (metric.getMeasureCase()) {
      case GAUGE ->
          switch (metric.getGauge().getValueCase()) {
            case AS_DOUBLE -> OptionalDouble.of(metric.getGauge().getAsDouble());
            case AS_INT -> OptionalDouble.of(metric.getGauge().getAsInt());
            case AS_BOOL -> OptionalDouble.of(metric.getGauge().getAsBool() ? 1 : 0);
            case AS_STRING, VALUE_NOT_SET -> OptionalDouble.empty();
          };
      case COUNTER ->
          switch (metric.getCounter().getValueCase()) {
            case AS_DOUBLE -> OptionalDouble.of(metric.getCounter().getAsDouble());
            case AS_INT -> OptionalDouble.of(metric.getCounter().getAsInt());
            case VALUE_NOT_SET -> OptionalDouble.empty();
          };
      case DISTRIBUTION, SUMMARY, MEASURE_NOT_SET -> OptionalDouble.empty();
    };
  }
}
