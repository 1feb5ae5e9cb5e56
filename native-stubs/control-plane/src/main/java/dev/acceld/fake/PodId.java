package dev.acceld.fake;

/**
 * Which pod.
 *
 * @param namespace its namespace
 * @param name its name
 * @param uid its UID
 */
public record PodId(String namespace, String name, String uid) {}
