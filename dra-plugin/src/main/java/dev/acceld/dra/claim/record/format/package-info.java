/** What concerns the form of a claim record, and not its content. */
@NullMarked
package dev.acceld.dra.claim.record.format;

import org.jspecify.annotations.NullMarked;
