package dev.acceld.usage;

import dev.acceld.dra.claim.PreparedClaim;
import dev.acceld.dra.claim.PreparedDevice;
import dev.acceld.dra.cluster.PodRef;
import dev.acceld.snapshot.Holders;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Adds up what claims and namespaces use. Bounded: ended claims leave after a while, and of more
 * than {@link #MOST_NAMESPACES} namespaces those that used nothing for longest. One thread.
 */
final class UsageLedger {
  /** For how long the series of an ended claim stay, so that the last values are scraped. */
  static final double LINGER_SECONDS = 300;

  /** A claim that is missing for a shorter time is not over: its record may just be restored. */
  static final double MISSING_SECONDS = 5;

  static final int MOST_NAMESPACES = 1000;
  static final int MOST_LINGERING = 500;

  private final Map<String, Account> accounts = new LinkedHashMap<>(); // by the claims' UIDs
  private final Map<String, Usage> namespaces = new LinkedHashMap<>(16, 0.75f, true);

  private static final class Account {
    private ClaimUsage claim;
    private double missing;

    private Account(ClaimUsage claim) {
      this.claim = claim;
    }
  }

  /** Goes on from what was kept. */
  void resume(Collection<ClaimUsage> claims, Map<String, Usage> sums) {
    claims.forEach(claim -> accounts.put(claim.claim().uid(), new Account(claim)));
    namespaces.putAll(sums);
    bound();
  }

  /**
   * Adds a step.
   *
   * @param prepared all claims that are prepared
   * @param seconds how long the step was
   * @return the claims that have ended
   */
  List<ClaimUsage> add(
      List<PreparedClaim> prepared, UsageMeter.Step step, double seconds, Instant now) {
    Map<String, PreparedClaim> byUid = new HashMap<>();
    for (PreparedClaim claim : prepared) {
      if (claim.devices().stream().anyMatch(device -> !device.adminAccess())) {
        byUid.put(claim.claim().uid(), claim);
      }
    }
    byUid.forEach((uid, claim) -> {
      Account account = accounts.computeIfAbsent(uid, u -> new Account(opened(claim)));
      account.missing = 0;
      ClaimUsage before = account.claim;
      if (before.endedAt().isPresent()) {
        before = reopened(before);
      }
      Usage used = step.used().getOrDefault(uid, Usage.NONE);
      account.claim = before.after(seconds, pods(claim), used, step.busy().contains(uid));
      namespaces.merge(claim.claim().namespace(), used, Usage::plus);
    });
    List<ClaimUsage> ended = new ArrayList<>();
    for (Iterator<Map.Entry<String, Account>> all = accounts.entrySet().iterator();
        all.hasNext(); ) {
      Map.Entry<String, Account> entry = all.next();
      Account account = entry.getValue();
      if (byUid.containsKey(entry.getKey())) {
        continue;
      }
      account.missing += seconds;
      if (account.claim.endedAt().isEmpty() && account.missing >= MISSING_SECONDS) {
        account.claim = account.claim.ended(now);
        ended.add(account.claim);
      } else if (account.claim.endedAt().isPresent() && account.missing >= LINGER_SECONDS) {
        all.remove();
      }
    }
    bound();
    return ended;
  }

  private static ClaimUsage opened(PreparedClaim claim) {
    return new ClaimUsage(
        claim.claim(),
        claim.devices().stream()
            .filter(device -> !device.adminAccess())
            .map(PreparedDevice::device)
            .distinct()
            .toList(),
        pods(claim),
        claim.preparedAt(),
        0,
        OptionalDouble.empty(),
        Usage.NONE,
        Optional.empty());
  }

  private static ClaimUsage reopened(ClaimUsage of) {
    return new ClaimUsage(
        of.claim(),
        of.devices(),
        of.pods(),
        of.preparedAt(),
        of.heldSeconds(),
        of.firstUseSeconds(),
        of.usage(),
        Optional.empty());
  }

  private static List<PodRef> pods(PreparedClaim claim) {
    return Holders.distinct(claim.pods());
  }

  private void bound() {
    oldest(namespaces, namespaces.size() - MOST_NAMESPACES);
    long lingering = ended();
    for (Iterator<Account> all = accounts.values().iterator();
        lingering > MOST_LINGERING && all.hasNext(); ) {
      if (all.next().claim.endedAt().isPresent()) {
        all.remove();
        lingering--;
      }
    }
  }

  private long ended() {
    return accounts.values().stream().filter(a -> a.claim.endedAt().isPresent()).count();
  }

  private static void oldest(Map<?, ?> of, int tooMany) {
    Iterator<?> all = of.keySet().iterator();
    for (int i = 0; i < tooMany && all.hasNext(); i++) {
      all.next();
      all.remove();
    }
  }

  List<ClaimUsage> claims() {
    return accounts.values().stream().map(account -> account.claim).toList();
  }

  Map<String, Usage> namespaces() {
    return new LinkedHashMap<>(namespaces);
  }
}
