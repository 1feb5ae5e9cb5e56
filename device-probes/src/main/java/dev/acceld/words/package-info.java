/** Sentences and numbers for people, made of what Java says for programmers. Knows nobody. */
@NullMarked
package dev.acceld.words;

import org.jspecify.annotations.NullMarked;
