package dev.acceld.fake.apiserver;

import dev.acceld.fake.contract.ApiServerAccess;
import dev.acceld.fake.contract.EventContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.AfterAll;

/** The fake one is held to what {@code EventContractIT} holds a real one to. */
class FakeEventsTest extends EventContract {
  private static final FakeApiServer SERVER = start();

  private static FakeApiServer start() {
    try {
      return FakeApiServer.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterAll
  static void stop() {
    SERVER.close();
  }

  @Override
  protected ApiServerAccess access() {
    return ApiServerAccess.plain(SERVER.url());
  }
}
