package dev.acceld.agent.config;

/**
 * Whom the agent tells of faults, beside the scheduler and the kubelet.
 *
 * @param events whether it writes Kubernetes Events
 * @param nodeCondition whether it keeps a condition of the Node
 */
public record NoticeConfig(boolean events, boolean nodeCondition) {}
