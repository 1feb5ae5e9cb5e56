/**
 * What an API server has to do so that the agent can be tested on it: the same tests run against
 * the fake one, at every build, and against a real one, with the cluster tests. JUnit is {@code
 * provided} here.
 */
@NullMarked
package dev.acceld.fake.contract;

import org.jspecify.annotations.NullMarked;
