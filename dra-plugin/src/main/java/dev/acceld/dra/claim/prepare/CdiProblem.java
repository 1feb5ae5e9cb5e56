package dev.acceld.dra.claim.prepare;

import dev.acceld.dra.claim.ClaimRefusedException;
import dev.acceld.dra.claim.ClaimSettings;
import dev.acceld.text.ErrorText;
import java.io.IOException;

/** Says that a CDI file cannot be written, and what to do. */
public record CdiProblem(ClaimSettings settings) {

  ClaimRefusedException of(String file, IOException e) {
    return new ClaimRefusedException(
        "the CDI file "
            + settings.cdiDir().resolve(file)
            + " cannot be written: "
            + ErrorText.of(e)
            + "; make "
            + settings.cdiDir()
            + " writable for the agent, with free space, or set another with --cdi-dir",
        e);
  }
}
