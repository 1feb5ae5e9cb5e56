/** Sentences and numbers for people. Depends on nothing. */
@NullMarked
package dev.acceld.words;

import org.jspecify.annotations.NullMarked;
