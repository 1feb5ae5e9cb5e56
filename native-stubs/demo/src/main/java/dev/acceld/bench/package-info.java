/**
 * Benchmarks of the whole process from outside: a real agent in a process of its own, called over
 * its socket, measured by the operating system's accounts. They print figures and judge nothing.
 */
@NullMarked
package dev.acceld.bench;

import org.jspecify.annotations.NullMarked;
