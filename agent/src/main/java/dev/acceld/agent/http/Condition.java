package dev.acceld.agent.http;

/**
 * One thing that readiness depends on.
 *
 * @param name a short word: {@code kubelet}, {@code slices}, {@code probe-nvidia}
 * @param ok whether it is there
 * @param sentence for a person: what is there, or what is missing and what to do
 */
public record Condition(String name, boolean ok, String sentence) {}
