/** The prepares of the last claims, step by step, for people who look for slow ones. */
@NullMarked
package dev.acceld.prepare;

import org.jspecify.annotations.NullMarked;
