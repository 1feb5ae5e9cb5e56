package dev.acceld.dra.kubelet;

import dev.acceld.dra.kubelet.relay.RelayDirectory;
import dev.acceld.text.ErrorText;
import java.io.IOException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This process's place behind the relay; without one nothing is remembered or held. */
final class RelayPlace {
  private static final Logger log = LoggerFactory.getLogger(RelayPlace.class);

  private final Optional<RelayDirectory> relayed;

  RelayPlace(Optional<RelayDirectory> relayed) {
    this.relayed = relayed;
  }

  /** The settings with the instance's name that the relay's sockets carry. */
  KubeletSettings named(KubeletSettings settings) {
    return relayed
        .map(directory -> directory.named(settings.instance(), settings::named))
        .orElse(settings);
  }

  void enter() throws IOException {
    if (relayed.isPresent()) {
      relayed.get().enter();
    }
  }

  void leave() {
    relayed.ifPresent(RelayDirectory::leave);
  }

  /** The process after this one, behind the same relay, is not told again. */
  void remember(boolean registered) {
    try {
      if (relayed.isPresent()) {
        relayed.get().remember(registered);
      }
    } catch (IOException e) {
      log.warn("cannot record whether the kubelet has registered the driver: {}", ErrorText.of(e));
    }
  }

  boolean remembersRegistration() {
    return relayed.map(RelayDirectory::remembersRegistration).orElse(false);
  }
}
