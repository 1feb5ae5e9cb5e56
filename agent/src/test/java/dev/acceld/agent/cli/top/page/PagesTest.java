package dev.acceld.agent.cli.top.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.acceld.agent.cli.top.page.Choice.Mode;
import dev.acceld.agent.cli.top.page.Choice.Order;
import dev.acceld.text.OneLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is on the screen ({@code -Dgolden.write=true} writes the expected screens anew). */
class PagesTest {
  private static final Look LOOK = new Look(false);
  private static final Pages PAGES = new Pages(LOOK);

  private final Scene scene = new Scene();

  private static Choice devices() {
    return Choice.first(View.DEVICES).select(Scene.GPU_0);
  }

  private static void golden(String name, Frame frame) throws IOException {
    Path file = Scene.RESOURCES.resolve(name + ".txt");
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(file, frame.text());
    }
    assertThat(frame.text()).as(name).isEqualTo(Files.readString(file));
  }

  @ParameterizedTest
  @CsvSource({"80,24", "132,43", "40,10", "20,5"})
  void theDevicesInEverySize(int columns, int rows) throws IOException {
    golden(
        "devices-" + columns + "x" + rows, PAGES.screen(scene.answer(), devices(), columns, rows));
  }

  @ParameterizedTest
  @EnumSource(View.class)
  void everyView(View view) throws IOException {
    for (String size : List.of("80x24", "132x43")) {
      String[] parts = size.split("x", -1);
      golden(
          view.word() + "-" + size,
          PAGES.screen(
              scene.answer(),
              view == View.DEVICES ? devices() : Choice.first(view),
              Integer.parseInt(parts[0]),
              Integer.parseInt(parts[1])));
    }
  }

  @Test
  void theDetailsTheHelpAndAscii() throws IOException {
    golden("detail-80x24", PAGES.screen(scene.answer(), devices().in(Mode.DETAIL), 80, 24));
    golden("help-80x24", PAGES.screen(scene.answer(), devices().in(Mode.HELP), 80, 24));
    golden(
        "ascii-80x24",
        new Pages(new Look(true)).screen(scene.answer(), devices().folding(Scene.GPU_1), 80, 24));
    golden(
        "fault-80x24",
        PAGES.screen(
            scene.answer(),
            Choice.first(View.FAULTS).select("gpu-000000a2 xid 79").in(Mode.DETAIL),
            80,
            24));
  }

  /** Whatever the size, a screen has exactly that size, and nothing in it moves the cursor. */
  @Test
  void aScreenIsAsLargeAsTheTerminal() {
    for (Look look : List.of(LOOK, new Look(true))) {
      for (View view : View.values()) {
        for (Mode mode : Mode.values()) {
          for (int columns = 1; columns <= 140; columns += columns < 24 ? 1 : 13) {
            for (int rows = 1; rows <= 40; rows += rows < 12 ? 1 : 9) {
              Choice choice = Choice.first(view).in(mode);
              Frame frame =
                  new Pages(look).screen(scene.answer(9, "for something"), choice, columns, rows);
              assertThat(frame.lines()).hasSize(rows);
              for (Line line : frame.lines()) {
                assertThat(Fit.width(line.text(), look)).isEqualTo(columns);
                assertThat(line.text().chars().noneMatch(c -> OneLine.isControl((char) c)))
                    .isTrue();
                assertThat(!look.ascii() || line.text().chars().allMatch(c -> c < 0x7f)).isTrue();
              }
            }
          }
        }
      }
    }
  }

  @Test
  void namesThatControlATerminalOrTurnTheDirectionAreShownAsText() {
    scene
        .device(0)
        .put("alias", "a\u001b[2Jb\u202ec\u200f<b>d\u0000")
        .withArray("claims")
        .removeAll()
        .add("ns/漢字漢字\u0301\u2066x\ud800");
    String text = PAGES.screen(scene.answer(), devices(), 120, 24).text();
    assertThat(text).contains("a\\u001b[2Jb\\u202ec\\u200f<b>d\\u0000");
    assertThat(text).doesNotContain("\u001b", "\u202e", "\u200f", "\u2066", "\ud800", "\u0000");
    assertThat(text).contains("ns/漢字漢字");
  }

  @Test
  void whatIsNotKnownIsADashAndWhatIsZeroIsZero() {
    scene.device(0).withObject("readings").put("utilization", 0).remove("temperature");
    String row = row(PAGES.screen(scene.answer(), devices(), 132, 30), "gpu-0");
    assertThat(row).contains(" 0% ").containsPattern("300/700 +– ");
  }

  @Test
  void aHungProbeAnOldSampleAndALostDeviceAreTold() {
    Frame frame = PAGES.screen(scene.answer(), devices(), 132, 30);
    assertThat(row(frame, "tpu-0")).contains("hung 2m0s");
    assertThat(row(frame, "gpu-3")).contains("gone");
    assertThat(row(frame, "gpu-2")).contains("unhealthy xid 79");
    ((ObjectNode) scene.node.path("probes").path(0)).put("ageSeconds", 75.2);
    assertThat(row(PAGES.screen(scene.answer(), devices(), 132, 30), "gpu-0"))
        .contains("stale 1m15s");
  }

  private static String row(Frame frame, String device) {
    return frame
        .text()
        .lines()
        .filter(line -> line.contains(" " + device + " ") || line.startsWith(device))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void partitionsFoldUnderTheirGpu() {
    Choice choice = devices();
    assertThat(PAGES.screen(scene.answer(), choice, 80, 24).text())
        .contains("▸ gpu-1")
        .doesNotContain("mig-1g-0");
    Frame open = PAGES.screen(scene.answer(), choice.folding(Scene.GPU_1), 132, 24);
    assertThat(open.text()).containsSubsequence("▾ gpu-1", "└ mig-1g-0", "gpu-2");
    assertThat(row(open, "└ mig-1g-0")).contains("62%", "default/embed-gpu");
  }

  @Test
  void aDeviceThatVanishesWhileItsDetailsAreOpenIsSaidToBeGone() {
    Choice choice = devices().in(Mode.DETAIL);
    assertThat(PAGES.screen(scene.answer(), choice, 80, 60).text()).contains("4711");
    scene.node.withArray("devices").remove(0);
    assertThat(PAGES.screen(scene.answer(), choice, 80, 24).text())
        .contains("'gpu-000000a0' is no longer among the devices.");
  }

  @Test
  void beforeTheFirstAnswerAndWhenThereIsNoneItSaysWhatItWaitsFor() {
    Answer none =
        new Answer(
            MissingNode.getInstance(), MissingNode.getInstance(), "", 0, "no agent runs there", 61);
    assertThat(PAGES.screen(none, devices(), 80, 24).text())
        .contains("waiting 1m1s: no agent runs there");
    assertThat(PAGES.screen(scene.answer(12, "no agent"), devices(), 80, 24).text())
        .contains("this is 12s old", "waiting 12s: no agent", "gpu-0");
  }

  @Test
  void sortedByAColumnWhatHasNoValueComesLast() {
    Choice down = devices().sorted(new Order("UTIL", true));
    Choice up = devices().sorted(new Order("UTIL", false));
    assertThat(PAGES.keys(scene.answer(), down).getFirst()).isEqualTo(Scene.GPU_0);
    assertThat(PAGES.keys(scene.answer(), up).getFirst()).isEqualTo(Scene.GPU_0);
    scene.device(4).withObject("readings").put("utilization", 0.9);
    assertThat(PAGES.keys(scene.answer(), down)).startsWith("gpu-000000a2", Scene.GPU_0);
    assertThat(PAGES.keys(scene.answer(), up)).startsWith(Scene.GPU_0, "gpu-000000a2");
  }

  @Test
  void aFilterFindsAPartitionInsideItsGpu() {
    assertThat(PAGES.keys(scene.answer(), devices().filtered("EMBED")))
        .containsExactly(Scene.GPU_1, "gpu-000000a1-mig-1g-0");
    assertThat(PAGES.screen(scene.answer(), devices().filtered("nowhere"), 80, 24).text())
        .contains("No row has 'nowhere'.");
  }

  @Test
  void aProcessWithoutAClaimIsMarked() {
    String text = PAGES.screen(scene.answer(), Choice.first(View.PROCESSES), 100, 24).text();
    assertThat(text.lines().filter(l -> l.contains("NO CLAIM"))).hasSize(2);
    assertThat(text.lines().filter(l -> l.contains("4711")).findFirst().orElseThrow())
        .contains("claim", "default/train-0", "main")
        .doesNotContain("NO CLAIM");
  }

  @Test
  void claimsThatCouldNotBeLearnedAreNotNoClaims() {
    scene.node.remove("claims");
    assertThat(PAGES.screen(scene.answer(), Choice.first(View.CLAIMS), 80, 24).text())
        .contains("cannot tell", "claims: unknown")
        .doesNotContain("No claims are prepared");
  }

  @Test
  void whatIsPrintedOnceHasAllRowsAndPartitions() {
    String text = PAGES.printed(scene.answer(), Choice.first(View.DEVICES), 132);
    assertThat(text.lines()).hasSize(8);
    assertThat(text).contains("mig-1g-0", "mig-1g-1");
  }

  @Test
  void aBlockOfDevicesHasTheFiguresOfItsDevices() {
    scene.node.putObject("groups").putArray("block").add(Scene.GPU_0).add(Scene.GPU_1);
    ((ObjectNode) scene.node.at("/claims/0/devices/0")).put("device", "block");
    ((ObjectNode) scene.node.at("/pods/0")).putArray("devices").add("block");
    scene.device(1).withObject("readings").put("utilization", 0.57);
    scene
        .device(1)
        .withArray("processes")
        .addObject()
        .put("pid", 4711)
        .put("pod", "default/train-0")
        .put("memoryBytes", 1L << 30);
    assertThat(printed(View.CLAIMS, "default/train-gpu"))
        .containsPattern("default/train-gpu +2 +47% .* 13 .* block$");
    assertThat(printed(View.PODS, "default/train-0"))
        .as("one process that has both")
        .containsPattern("default/train-gpu +block +47% .* 1 +10$");
  }

  @Test
  void whichProcessesAPodHasIsNotKnownWhereTheDriverDoesNotTell() {
    assertThat(printed(View.PODS, "kube-system/plugin-user")).containsPattern("app .* – +–$");
    scene.device(3).putArray("processes");
    assertThat(printed(View.PODS, "kube-system/plugin-user")).containsPattern("app .* 0 +–$");
  }

  @Test
  void processesBeyondThoseThatAreListedAreTold() {
    assertThat(printed(View.PODS, "default/train-0")).containsPattern(" 1 +9$");
    scene.device(0).put("otherProcesses", 7);
    assertThat(printed(View.PODS, "default/train-0")).containsPattern(" ≥1 +≥9$");
    String all = PAGES.printed(scene.answer(), Choice.first(View.PROCESSES), 132);
    assertThat(all.lines().toList().getLast()).containsPattern("– +\\+7 more +gpu-0 +–");
    scene.device(0).putArray("processes");
    assertThat(printed(View.PODS, "default/train-0")).as("any of the 7").containsPattern(" – +–$");
    assertThat(new Pages(new Look(true)).printed(scene.answer(), Choice.first(View.PROCESSES), 132))
        .contains("+7 more");
  }

  @Test
  void aPodWithADeviceWhoseProcessesAreNotKnownHasAtLeastThoseOfTheOthers() {
    ((ObjectNode) scene.node.at("/pods/0")).withArray("devices").add("gpu-000000a1-mig-1g-1");
    assertThat(printed(View.PODS, "default/train-0")).containsPattern(" ≥1 +≥9$");
  }

  @Test
  void whatIsPrintedOnceTellsAFilterThatFindsNothingFromATableWithoutRows() {
    for (View view : View.values()) {
      assertThat(PAGES.printed(scene.answer(), Choice.first(view).filtered("nowhere"), 132))
          .as(view.word())
          .isEqualTo("No row has 'nowhere'.\n");
    }
    scene.node.withArray("devices").removeAll();
    assertThat(PAGES.printed(scene.answer(), Choice.first(View.DEVICES).filtered("x"), 132))
        .startsWith("No devices on this node");
  }

  @Test
  void recordsOfFaultsThatAreNotKnownAreNotNoFaults() {
    scene.node.withArray("devices").forEach(device -> ((ObjectNode) device).remove("reasons"));
    Choice faults = Choice.first(View.FAULTS);
    Answer unread = recorded(MissingNode.getInstance(), "its disk does not respond");
    for (String text :
        List.of(PAGES.screen(unread, faults, 80, 24).text(), PAGES.printed(unread, faults, 132))) {
      assertThat(text)
          .contains("recorded faults are not known: its disk does not respond")
          .contains("No device of this node has a fault now.")
          .doesNotContain("Nothing is wrong");
    }
    Answer old = recorded(scene.faults, "its disk does not respond");
    assertThat(PAGES.printed(old, faults, 132))
        .startsWith("recorded faults may have changed: its disk does not respond\n")
        .contains("ended");
    ((ObjectNode) scene.faults).putArray("damaged").add("a.gz cannot be read").add("b");
    assertThat(PAGES.screen(recorded(scene.faults, ""), faults, 80, 24).text())
        .contains("not all recorded faults are known: a.gz cannot be read, and 1 more");
    assertThat(PAGES.screen(unread, Choice.first(View.PODS), 80, 24).text())
        .doesNotContain("recorded faults");
    Answer none = recorded(new ObjectMapper().createObjectNode(), "");
    assertThat(PAGES.printed(none, faults, 132)).startsWith("Nothing is wrong");
  }

  private Answer recorded(JsonNode faults, String waiting) {
    return new Answer(scene.answer().node(), faults, waiting, 0, "", 0);
  }

  @Test
  void detailsWhilePausedSayWhichDeviceHasAllReadings() {
    Choice detail = devices().in(Mode.DETAIL);
    assertThat(PAGES.screen(scene.answer(), detail.pausing(), 80, 24).text())
        .contains("PAUSED", "Paused: only the device selected then has all readings");
    assertThat(PAGES.screen(scene.answer(), detail, 80, 24).text()).doesNotContain("Paused:");
  }

  private String printed(View view, String row) {
    return PAGES
        .printed(scene.answer(), Choice.first(view), 200)
        .lines()
        .filter(line -> line.startsWith(row))
        .findFirst()
        .orElseThrow();
  }
}
