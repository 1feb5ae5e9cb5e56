package dev.acceld.fake;

/**
 * Which ResourceClaim: one that is made again under the same name has another UID.
 *
 * @param namespace its namespace
 * @param name its name
 * @param uid its UID
 */
public record ClaimId(String namespace, String name, String uid) {}
