package dev.acceld.probe.nvidia.mig;

import dev.acceld.device.MigDevice;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A partition as a claim record names it.
 *
 * @param gpu the whole GPU's UUID
 * @param shape kind and place
 */
record MigPartitionId(String gpu, MigDevice.Shape shape) {
  private static final Pattern FORM =
      Pattern.compile("mig (GPU-[0-9a-fA-F-]{36}) (\\d{1,4}) (\\d{1,3}):(\\d{1,3})");

  static MigPartitionId of(MigDevice device) {
    return new MigPartitionId(device.parentUuid(), device.shape());
  }

  static Optional<MigPartitionId> parse(String text) {
    Matcher m = FORM.matcher(text);
    return m.matches()
        ? Optional.of(
            new MigPartitionId(
                m.group(1),
                new MigDevice.Shape(
                    Integer.parseInt(m.group(2)),
                    Integer.parseInt(m.group(3)),
                    Integer.parseInt(m.group(4)))))
        : Optional.empty();
  }

  boolean is(MigInstance instance) {
    return instance.profile().id() == shape.profileId() && instance.start() == shape.start();
  }

  @Override
  public String toString() {
    return "mig " + gpu + " " + shape.profileId() + " " + shape.start() + ":" + shape.size();
  }
}
