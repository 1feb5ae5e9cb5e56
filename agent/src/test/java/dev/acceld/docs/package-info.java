/** Pages that are generated from what the program does. */
@NullMarked
package dev.acceld.docs;

import org.jspecify.annotations.NullMarked;
