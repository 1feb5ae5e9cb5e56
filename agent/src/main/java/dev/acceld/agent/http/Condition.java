package dev.acceld.agent.http;

/**
 * One thing that readiness looks at.
 *
 * @param name a short word: {@code kubelet}, {@code slices}, {@code probe-nvidia}
 * @param ok whether it is there
 * @param required whether the node is not ready without it. What is only a matter of this node's
 *     hardware or of advice is not: a rolling update waits for every new pod to be ready, and one
 *     broken GPU must not stop it for the whole cluster
 * @param sentence for a person: what is there, or what is missing and what to do
 */
public record Condition(String name, boolean ok, boolean required, String sentence) {

  /** Without it the agent does not serve the kubelet. */
  public static Condition required(String name, boolean ok, String sentence) {
    return new Condition(name, ok, true, sentence);
  }

  /** Worth a look, but the agent does its work. */
  public static Condition advisory(String name, boolean ok, String sentence) {
    return new Condition(name, ok, false, sentence);
  }

  /** Whether it keeps the agent from being ready. */
  public boolean blocks() {
    return required && !ok;
  }
}
