package dev.acceld.image.assembly;

import dev.acceld.image.Architecture;
import dev.acceld.image.debian.Downloads;
import dev.acceld.image.debian.Pin;
import dev.acceld.image.oci.ImageArchive;
import dev.acceld.image.oci.ImageLayout;
import dev.acceld.image.oci.ImageSpec;
import dev.acceld.image.oci.Layer;
import dev.acceld.image.oci.LayerWriter;
import dev.acceld.image.sbom.Sbom;
import dev.acceld.image.tree.RootTree;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * Builds the image of one architecture, from the layer that changes least to the one that changes
 * most.
 */
public final class ImageBuild {
  private static final double MIB = 1024 * 1024;

  private final Inputs inputs;
  private final List<Pin> pins;
  private final Downloads downloads;
  private final PrintStream out;

  /**
   * What an image is made of.
   *
   * @param root the source tree's root
   * @param work where to put everything
   * @param cache what is fetched and kept between builds
   * @param version of acceld
   * @param time that every file of the image carries
   */
  public record Inputs(Path root, Path work, Path cache, String version, Instant time) {}

  /** With the packages, where they come from, and where to report. */
  public ImageBuild(Inputs inputs, List<Pin> pins, Downloads downloads, PrintStream out) {
    this.inputs = inputs;
    this.pins = List.copyOf(pins);
    this.downloads = downloads;
    this.out = out;
  }

  /** Builds it; the digest. */
  public String build(Architecture architecture) throws IOException {
    Path images = Files.createDirectories(inputs.work().resolve("images"));
    String name = "acceld-" + inputs.version() + "-linux-" + architecture.debianName();
    Path layout = images.resolve(name + ".oci");
    RootTree.empty(layout, inputs.time());
    RootTree root =
        RootTree.empty(inputs.work().resolve("root-" + architecture.debianName()), inputs.time());
    List<Layer> layers = layers(architecture, root, ImageLayout.blobs(layout));

    ImageSpec spec = spec(architecture);
    ImageLayout image = new ImageLayout(layout);
    String digest = image.write(spec, layers);
    Path archive = images.resolve(name + ".docker.tar");
    ImageArchive.write(layout, image.dockerManifest(spec, layers), inputs.time(), archive);
    writeSbom(architecture, spec, digest, images.resolve(name + ".cdx.json"));
    report(spec, layers, digest, archive);
    return digest;
  }

  private void writeSbom(Architecture architecture, ImageSpec spec, String digest, Path file)
      throws IOException {
    Sbom sbom =
        new Sbom(new AgentFiles(inputs.root().resolve("agent")).published(inputs.version()));
    packagesFor(architecture).forEach(sbom::add);
    if (architecture == Architecture.ofThisMachine()) {
      sbom.addJdk(System.getProperty("java.vendor"), System.getProperty("java.runtime.version"));
    }
    sbom.write(
        inputs.work().resolve("maven.cdx.json"),
        new Sbom.Image(spec.repository(), spec.tag(), spec.architecture(), digest),
        file);
  }

  private List<Pin> packagesFor(Architecture architecture) {
    return pins.stream()
        .filter(pin -> pin.architecture().equals(architecture.debianName()))
        .toList();
  }

  private List<Layer> layers(Architecture architecture, RootTree root, Path blobs)
      throws IOException {
    List<Pin> packages = packagesFor(architecture);
    AgentFiles agent = new AgentFiles(inputs.root().resolve("agent"));
    LayerWriter writer = new LayerWriter(blobs, inputs.time());
    List<Layer> layers = new ArrayList<>();

    new BaseFiles(architecture, downloads)
        .addTo(root, packages.stream().filter(BaseFiles::wants).toList());
    layers.add(writer.write("C libraries", root.directory(), root.cutLayer()));
    boolean own = architecture == Architecture.ofThisMachine();
    if (own) {
      LinkedRuntime.addTo(root);
    } else {
      PackagedRuntime.addTo(root, architecture, packages, downloads);
    }
    layers.add(writer.write("Java runtime", root.directory(), root.cutLayer()));
    agent.addLibrariesTo(root, architecture);
    layers.add(writer.write("libraries", root.directory(), root.cutLayer()));
    agent.addOwnTo(root);
    for (Map.Entry<String, String> program : Places.PROGRAMS.entrySet()) {
      new CProgram(inputs.root().resolve("daemonset").resolve(program.getKey()), inputs.cache())
          .compile(architecture, root.path(program.getValue()), List.of());
    }
    layers.add(writer.write("acceld", root.directory(), root.cutLayer()));
    if (own) {
      ClassArchive.addTo(root, ClassList.read(module()));
      layers.add(writer.write("class archive", root.directory(), root.cutLayer()));
    }
    ElfCheck.check(root.directory(), architecture);
    return layers;
  }

  /**
   * Says how well the list of classes fits the agent.
   *
   * @param remedy how to renew it
   * @throws dev.acceld.image.ImageException it has fallen behind
   */
  public void checkClassList(String remedy) throws IOException {
    Path runtime = inputs.work().resolve("root-" + Architecture.ofThisMachine().debianName());
    out.println(Freshness.of(ClassList.read(module()), training(runtime).run()).orFail(remedy));
  }

  /** Writes the list of classes anew. */
  public void renewClassList() throws IOException {
    Path runtime = inputs.work().resolve("root-training");
    LinkedRuntime.addTo(RootTree.empty(runtime, inputs.time()));
    SortedSet<String> classes = training(runtime).run();
    Files.write(ClassList.in(module()), classes);
    out.println(ClassList.in(module()) + ": " + classes.size() + " lines");
  }

  /** Not below the source tree: a socket's path may have 107 bytes. */
  private Training training(Path root) throws IOException {
    return new Training(
        inputs.root().resolve("agent"),
        root.resolve(Places.RUNTIME.substring(1)).resolve("bin/java"),
        Files.createTempDirectory("acceld"));
  }

  private Path module() {
    return inputs.root().resolve("daemonset/image");
  }

  private ImageSpec spec(Architecture architecture) {
    SortedMap<String, String> labels = new TreeMap<>();
    labels.put("org.opencontainers.image.title", "acceld");
    labels.put(
        "org.opencontainers.image.description",
        "Node-level accelerator agent and Kubernetes DRA driver");
    labels.put("org.opencontainers.image.version", inputs.version());
    labels.put("org.opencontainers.image.created", inputs.time().toString());
    labels.put("org.opencontainers.image.licenses", "Apache-2.0");
    return new ImageSpec(
        architecture.debianName(),
        inputs.time(),
        "localhost/acceld",
        inputs.version(),
        "0:0",
        List.of(Places.LAUNCHER),
        List.of("run"),
        List.of("PATH=/usr/bin"),
        labels);
  }

  private void report(ImageSpec spec, List<Layer> layers, String digest, Path archive) {
    out.printf("%s (linux/%s) %s%n", spec.reference(), spec.architecture(), digest);
    long sum = 0;
    for (Layer layer : layers) {
      sum += layer.size();
      out.println(line(layer.title(), layer.size(), layer.unpackedSize()));
    }
    out.println(line("all", sum, layers.stream().mapToLong(Layer::unpackedSize).sum()));
    out.println("  " + archive);
  }

  private static String line(String title, long packed, long unpacked) {
    return String.format(
        Locale.ROOT, "  %-14s %6.1f MiB, unpacked %6.1f MiB", title, packed / MIB, unpacked / MIB);
  }
}
