package dev.acceld.steady;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SteadyTest {
  private static final List<Throwable> TROUBLES =
      List.of(
          new OutOfMemoryError("unable to create native thread"),
          new IllegalStateException("unforeseen"),
          new NoClassDefFoundError("a jar that was replaced"),
          new StackOverflowError());

  @SuppressWarnings("TypeParameterUnusedInFormals")
  private static <T extends Throwable> void throwIt(Throwable e) throws T {
    @SuppressWarnings("unchecked")
    T sneaky = (T) e;
    throw sneaky;
  }

  @Test
  void aPeriodicTaskGoesOnWhateverItThrows() throws Exception {
    AtomicInteger rounds = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(TROUBLES.size() + 3);
    try (ScheduledExecutorService timer = Steady.timer("test", 1)) {
      var unused =
          timer.scheduleWithFixedDelay(
              Steady.task(
                  "the test",
                  () -> {
                    done.countDown();
                    int round = rounds.getAndIncrement();
                    if (round < TROUBLES.size()) {
                      SteadyTest.<RuntimeException>throwIt(TROUBLES.get(round));
                    }
                  }),
              1,
              1,
              TimeUnit.MILLISECONDS);
      assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
      timer.shutdownNow();
    }
  }

  @Test
  void aLoopGoesOnWhateverItsRoundThrowsAndWhoeverInterruptsIt() {
    AtomicInteger rounds = new AtomicInteger();
    Steady.loop(
        "the test",
        () -> rounds.get() < 8,
        () -> {
          int round = rounds.getAndIncrement();
          if (round < TROUBLES.size()) {
            SteadyTest.<Exception>throwIt(TROUBLES.get(round));
          }
          if (round == 5) {
            throw new IOException("Too many open files");
          }
          if (round == 6) {
            Thread.currentThread().interrupt();
            Thread.sleep(1000);
          }
        },
        Duration.ofMillis(1));
    assertThat(rounds).hasValue(8);
  }

  @Test
  void aFailureAfterASuccessIsLoggedInFullAgainButNotEveryMoment() {
    String name = "a test of what is logged";
    long second = TimeUnit.SECONDS.toNanos(1);
    assertThat(Steady.failed(name, 0)).isEqualTo(Steady.Failure.FIRST);
    Steady.worked(name, second);
    assertThat(Steady.failed(name, 2 * second)).isEqualTo(Steady.Failure.TOLD);
    assertThat(Steady.failed(name, 40 * second)).isEqualTo(Steady.Failure.STILL);
    Steady.worked(name, 100 * second);
    assertThat(Steady.failed(name, 200 * second)).isEqualTo(Steady.Failure.FIRST);
  }

  @Test
  void aPoolWithoutNewThreadsDoesTheWorkAllTheSame() throws Exception {
    AtomicBoolean none = new AtomicBoolean(true);
    SteadyPool pool =
        new SteadyPool(
            "test",
            work -> {
              if (none.get()) {
                throw new OutOfMemoryError("unable to create native thread");
              }
              return Thread.ofPlatform().daemon().unstarted(work);
            });
    CountDownLatch done = new CountDownLatch(3);
    pool.execute(done::countDown);
    pool.execute(() -> {
      throw new IllegalStateException("unforeseen");
    });
    pool.execute(done::countDown);
    none.set(false);
    pool.execute(done::countDown);
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();

    pool.close();
    assertThatThrownBy(() -> pool.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
  }
}
