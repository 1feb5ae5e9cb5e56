package dev.acceld.agent.status.model;

import dev.acceld.snapshot.NodeSnapshot;
import java.util.List;

/**
 * The prepared claims.
 *
 * @param known false when there may be more: a record cannot be read
 * @param claims those that are known
 */
public record ClaimList(boolean known, List<ClaimStatus> claims) {

  /** Those of a snapshot. */
  public static ClaimList of(NodeSnapshot node, StatusSources sources) {
    return new ClaimList(known(node, sources), Status.claims(node, sources.usage().get()));
  }

  /** Whether those of a snapshot are all. */
  static boolean known(NodeSnapshot node, StatusSources sources) {
    return node.claims().isPresent() && sources.claimsKnown().getAsBoolean();
  }
}
