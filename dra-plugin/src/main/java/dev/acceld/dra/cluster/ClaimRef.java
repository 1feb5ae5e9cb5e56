package dev.acceld.dra.cluster;

/**
 * Names one ResourceClaim exactly: a claim of the same name with another UID is another claim.
 *
 * @param namespace its namespace
 * @param name its name
 * @param uid its UID
 */
public record ClaimRef(String namespace, String name, String uid) {

  /** For messages: {@code namespace/name}. */
  public String path() {
    return namespace + "/" + name;
  }
}
