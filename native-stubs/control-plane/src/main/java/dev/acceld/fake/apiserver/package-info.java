/**
 * A fake API server and scheduler in memory that speak the real wire protocol, for the demo,
 * benchmarks and tests. Not part of an installation.
 */
@NullMarked
package dev.acceld.fake.apiserver;

import org.jspecify.annotations.NullMarked;
