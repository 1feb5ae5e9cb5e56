package dev.acceld.agent.http;

/**
 * Whether the process is alive in the sense that a restart would not help.
 *
 * @param alive false: the kubelet should restart the agent
 * @param detail one sentence for a person
 */
public record HealthzResult(boolean alive, String detail) {}
