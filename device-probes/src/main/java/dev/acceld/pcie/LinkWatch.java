package dev.acceld.pcie;

import dev.acceld.device.DeviceName;
import dev.acceld.host.PciLinkWidth;
import dev.acceld.probe.DefectKind;
import dev.acceld.probe.Signal;
import java.time.Instant;
import java.util.function.Consumer;

/** The PCIe link of one device. */
final class LinkWatch {
  /** While a device is reset its link may go down and train anew, for about a second. */
  static final int LOOKS = 3;

  private final DeviceName device;
  private final Consumer<Signal> signals;
  private boolean onceUp;
  private final Trouble down = new Trouble(DefectKind.PCIE_LINK_DOWN);
  private final Trouble narrow = new Trouble(DefectKind.PCIE_LINK_NARROW);

  LinkWatch(DeviceName device, Consumer<Signal> signals) {
    this.device = device;
    this.signals = signals;
  }

  /** True when this is a link at all: one that never was up is none. */
  boolean look(PciLinkWidth width, Instant at) {
    onceUp |= width.now() > 0;
    if (!onceUp) {
      return false;
    }
    down.look(width.now() == 0, "", at);
    if (width.now() > 0) { // of a link that is down nobody knows how wide it will be
      narrow.look(
          width.now() < width.possible(),
          "x" + width.now() + " instead of x" + width.possible(),
          at);
    }
    return true;
  }

  private final class Trouble {
    private final DefectKind kind;
    private int looks;
    private String told = "";
    private boolean raised;

    Trouble(DefectKind kind) {
      this.kind = kind;
    }

    void look(boolean is, String detail, Instant at) {
      looks = is ? looks + 1 : 0;
      if (is && looks >= LOOKS && (!raised || !detail.equals(told))) {
        raised = true;
        told = detail;
        signals.accept(new Signal.Defect(device, at, kind, true, detail));
      } else if (!is && raised) {
        raised = false;
        signals.accept(new Signal.Defect(device, at, kind, false, ""));
      }
    }
  }
}
