package dev.acceld.probe.nvidia.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DeviceCallsTest {
  private final DeviceCalls calls = new DeviceCalls(Duration.ofMillis(400), InstantSource.system());

  private void hangs(String device, CountDownLatch until) {
    assertThatThrownBy(() ->
            calls.about(
                device,
                () -> {
                  await().forever().until(() -> until.getCount() == 0);
                  return "";
                }))
        .isInstanceOf(DeviceHangsException.class);
  }

  @Test
  @Timeout(60)
  void callsThatHaveComeBackLeaveRoomForOthers() throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    CountDownLatch second = new CountDownLatch(1);
    try {
      for (int i = 0; i < DeviceCalls.MOST_LEFT_BEHIND; i++) {
        hangs("gpu-" + i, first);
      }
      first.countDown();
      await().until(() -> !calls.anyHangs());
      // Nobody has asked about the first ones since.
      hangs("gpu-9", second);
      assertThat(calls.hangs("gpu-9")).isTrue();
      assertThat(calls.about("gpu-0", () -> "answer")).isEqualTo("answer");
    } finally {
      first.countDown();
      second.countDown();
      calls.close();
    }
  }
}
