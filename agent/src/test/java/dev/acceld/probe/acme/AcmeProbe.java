package dev.acceld.probe.acme;

import dev.acceld.device.AttributeValue;
import dev.acceld.device.Capacity;
import dev.acceld.device.Device;
import dev.acceld.device.DeviceCommon;
import dev.acceld.device.DeviceName;
import dev.acceld.device.Gpu;
import dev.acceld.device.Kind;
import dev.acceld.device.Metric;
import dev.acceld.device.Readings;
import dev.acceld.device.Sample;
import dev.acceld.device.access.DeviceFile;
import dev.acceld.probe.Discovery;
import dev.acceld.probe.Probe;
import dev.acceld.probe.ProbeUnavailableException;
import dev.acceld.probe.Signal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Finds and reads Acme's cards. */
final class AcmeProbe implements Probe {
  private final AcmeFiles files;
  private List<String> cards = List.of();

  AcmeProbe(AcmeFiles files) {
    this.files = files;
  }

  @Override
  public String name() {
    return "acme";
  }

  @Override
  public Discovery discover() throws ProbeUnavailableException {
    cards = files.cards();
    if (cards.isEmpty()) {
      throw new ProbeUnavailableException("no Acme card below " + files.directory());
    }
    return new Discovery(cards.stream().map(this::device).toList(), List.of());
  }

  private Device device(String card) {
    DeviceCommon common =
        new DeviceCommon(
            name(card),
            "gpu",
            AcmeModule.ACME,
            Kind.GPU,
            "acme-" + card,
            files.pci(card),
            Optional.empty(),
            OptionalInt.empty(),
            Map.of("serial", AttributeValue.of(files.serial(card))),
            Map.of("memory", new Capacity(1L << 30)),
            List.of(DeviceFile.of("/dev/" + card, 240, card.charAt(card.length() - 1) - '0')));
    return new Gpu(
        common,
        "ACME-" + files.serial(card),
        "Acme One",
        Optional.of(files.serial(card)),
        OptionalInt.empty(),
        OptionalInt.empty(),
        1L << 30,
        "1.0");
  }

  private DeviceName name(String card) {
    return new DeviceName("acme-" + files.serial(card));
  }

  @Override
  public Readings read(List<Device> devices) {
    Map<DeviceName, Sample> samples = new HashMap<>();
    for (String card : cards) {
      files
          .celsius(card)
          .ifPresent(c -> samples.put(name(card), Sample.of(Map.of(Metric.TEMPERATURE, c))));
    }
    return new Readings(Instant.now(), samples);
  }

  @Override
  public List<Signal> signals() {
    List<Signal> all = new ArrayList<>();
    for (String card : cards) {
      all.add(
          files.works(card)
              ? new Signal.Answers(name(card), Instant.now())
              : new Signal.Lost(name(card), Instant.now(), "the card says that it is broken"));
    }
    return all;
  }

  @Override
  public void close() {}
}
