/**
 * Escaping of text from outside before it appears in logs, tables and error messages. Depends on
 * nothing.
 */
@NullMarked
package dev.acceld.text;

import org.jspecify.annotations.NullMarked;
