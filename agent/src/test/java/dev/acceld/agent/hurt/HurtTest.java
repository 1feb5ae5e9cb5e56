package dev.acceld.agent.hurt;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A scenario of the hurt suite: what the agent stands, tried on a process of its own with one CPU
 * and with two. The method takes the number of CPUs and opens a {@link HurtStage} with it; its
 * class is called {@code …HurtIT}, so that {@code ./mvnw -Phurt verify} runs it and nothing else
 * does.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@Tag("hurt")
@ParameterizedTest(name = "{0} CPU")
@ValueSource(ints = {1, 2})
public @interface HurtTest {}
