package dev.acceld.agent.scan;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.acceld.agent.doctor.Finding;
import dev.acceld.agent.view.DeviceView;
import java.util.List;

/**
 * What one look has found, as {@code acceld scan -o json} shows it.
 *
 * @param verdict fine, wrong or nothing
 * @param seconds how long it took
 * @param devices the devices
 * @param findings what was looked at, and what is wrong
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ScanReport(
    Verdict verdict, double seconds, List<DeviceView> devices, List<Finding> findings) {

  /** What it comes to. */
  public enum Verdict {
    /** Every device that is here works. */
    FINE,
    /** Something is wrong; the findings say what. */
    WRONG,
    /** There is nothing to ask. */
    NOTHING
  }

  /** Takes copies. */
  public ScanReport {
    devices = List.copyOf(devices);
    findings = List.copyOf(findings);
  }

  static ScanReport of(double seconds, List<DeviceView> devices, List<Finding> findings) {
    boolean wrong = findings.stream().anyMatch(f -> f.state() == Finding.State.FAIL);
    Verdict verdict = wrong ? Verdict.WRONG : devices.isEmpty() ? Verdict.NOTHING : Verdict.FINE;
    return new ScanReport(verdict, seconds, devices, findings);
  }
}
