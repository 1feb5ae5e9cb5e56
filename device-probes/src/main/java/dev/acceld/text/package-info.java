/**
 * What text from outside must become before it is put out: in logs, tables and error messages.
 * Depends on nothing.
 */
@NullMarked
package dev.acceld.text;

import org.jspecify.annotations.NullMarked;
