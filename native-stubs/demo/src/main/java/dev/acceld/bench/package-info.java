/**
 * Benchmarks of the whole process from outside: a real agent in its own process, called over its
 * socket, and measured with the operating system's counters. They print figures and assert nothing.
 */
@NullMarked
package dev.acceld.bench;

import org.jspecify.annotations.NullMarked;
