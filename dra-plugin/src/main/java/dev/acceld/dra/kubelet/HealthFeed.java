package dev.acceld.dra.kubelet;

import dev.acceld.device.HealthReport;
import java.util.List;

/** The present health of all published devices, and word of every change. */
public interface HealthFeed {

  /** One report for each published device. */
  List<HealthReport> current();

  /**
   * Calls the listener after each change, on any thread; it must return quickly.
   *
   * @return takes the listener away when closed
   */
  Subscription onChange(Runnable listener);

  /** A listener's registration. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }
}
