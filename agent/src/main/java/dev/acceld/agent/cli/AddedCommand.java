package dev.acceld.agent.cli;

/**
 * A command that has a package of its own, in the agent or beside it, and takes its place among the
 * agent's commands when it is on the class path: a class with picocli's {@code @Command} that
 * {@link java.util.ServiceLoader} finds. {@code run} does not look for any.
 */
public interface AddedCommand {}
