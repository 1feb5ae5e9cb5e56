package dev.acceld.machine.nvidia;

import dev.acceld.machine.description.GpuModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Which partitions a GPU model can have: the profiles and placements of boards with eight memory
 * and seven compute slices. Sizes are in memory slices; ids, names and places are those that {@code
 * nvidia-smi mig -lgip} and {@code -lgipp} show. Of B200 the counts of multiprocessors and decoders
 * are assumed, of A100 and H100 they are as listed.
 *
 * @param profiles from the smallest to the whole
 */
record MigGeometry(List<Profile> profiles) {

  /**
   * One profile.
   *
   * @param nvml NVML's number of the kind, {@code NVML_GPU_INSTANCE_PROFILE_*}
   * @param id the id that creating one takes
   * @param name such as {@code 1g.10gb+me}
   * @param slices compute slices
   * @param instances how many there can be at once
   * @param engines multiprocessors, copy engines, decoders, encoders, JPEG engines, OFA engines
   * @param memoryMiB its memory
   * @param size memory slices
   * @param starts the memory slices at which one can begin
   */
  record Profile(
      int nvml,
      int id,
      String name,
      int slices,
      int instances,
      List<Integer> engines,
      long memoryMiB,
      int size,
      List<Integer> starts) {

    Profile {
      engines = List.copyOf(engines);
      starts = List.copyOf(starts);
    }

    /** As the simulated library reads it. */
    String line() {
      StringBuilder line = new StringBuilder();
      line.append(id).append(' ').append(slices).append(' ').append(instances);
      engines.forEach(n -> line.append(' ').append(n));
      line.append(' ').append(memoryMiB).append(' ').append(size).append(' ');
      line.append(String.join(",", starts.stream().map(String::valueOf).toList()));
      return line.append(' ').append(name).toString();
    }

    /** The id of an instance at a start: by its place in a tree of halves. */
    int instanceId(int start) {
      int first = size >= 8 ? 0 : size >= 4 ? 1 : size >= 2 ? 3 : 7;
      return first + start / size;
    }
  }

  /** What differs between boards; one number for each of the seven profiles. */
  private enum Board {
    A100_40(
        "5 5 10 10 20 20 40",
        "4864 4864 9984 9984 20096 20096 40192",
        "14 14 14 28 42 56 98",
        "1 1 1 2 3 4 7",
        "0 1 1 1 2 2 5",
        "0 1 0 0 0 0 1"),
    A100_80(
        "10 10 20 20 40 40 80",
        "9728 9728 19968 19968 40192 40192 81152",
        "14 14 14 28 42 56 98",
        "1 1 1 2 3 4 7",
        "0 1 1 1 2 2 5",
        "0 1 0 0 0 0 1"),
    H100_80(
        "10 10 20 20 40 40 80",
        "9984 9984 20096 20096 40448 40448 81152",
        "16 16 26 32 60 64 132",
        "1 1 1 2 3 4 8",
        "1 1 1 2 3 4 7",
        "1 1 1 2 3 4 7"),
    H100_94(
        "12 12 24 24 47 47 94",
        "11008 11008 22144 22144 47488 47488 95360",
        "16 16 26 32 60 64 132",
        "1 1 1 2 3 4 8",
        "1 1 1 2 3 4 7",
        "1 1 1 2 3 4 7"),
    H200_141(
        "18 18 35 35 71 71 141",
        "16384 16384 33280 33280 71168 71168 143360",
        "16 16 26 32 60 64 132",
        "1 1 1 2 3 4 8",
        "1 1 1 2 3 4 7",
        "1 1 1 2 3 4 7"),
    B200_180(
        "23 23 45 45 90 90 180",
        "22144 22144 44672 44672 90752 90752 182272",
        "18 18 30 36 70 74 148",
        "2 2 2 3 6 8 16",
        "1 1 1 2 3 4 7",
        "1 1 1 2 3 4 7");

    final int[] gigabytes;
    final int[] memory;
    final int[] multiprocessors;
    final int[] copy;
    final int[] decoders;
    final int[] jpeg;

    Board(
        String gigabytes,
        String memory,
        String multiprocessors,
        String copy,
        String decoders,
        String jpeg) {
      this.gigabytes = numbers(gigabytes);
      this.memory = numbers(memory);
      this.multiprocessors = numbers(multiprocessors);
      this.copy = numbers(copy);
      this.decoders = numbers(decoders);
      this.jpeg = numbers(jpeg);
    }

    private static int[] numbers(String text) {
      return List.of(text.split(" ", -1)).stream().mapToInt(Integer::parseInt).toArray();
    }
  }

  /** NVML's number, id, compute slices, instances, memory slices, starts; for all boards alike. */
  private static final int[][] SHAPES = {
    {0, 19, 1, 7, 1, 0, 1, 2, 3, 4, 5, 6},
    {7, 20, 1, 1, 1, 0, 1, 2, 3, 4, 5, 6},
    {9, 15, 1, 4, 2, 0, 2, 4, 6},
    {1, 14, 2, 3, 2, 0, 2, 4},
    {2, 9, 3, 2, 4, 0, 4},
    {3, 5, 4, 1, 4, 0},
    {4, 0, 7, 1, 8, 0}
  };

  private static final int MEDIA = 1;
  private static final int WHOLE = 6;

  MigGeometry {
    profiles = List.copyOf(profiles);
  }

  /** That of a model; empty for one without MIG. */
  static Optional<MigGeometry> of(GpuModel model) {
    if (model.mig() == null) {
      return Optional.empty();
    }
    Board board =
        switch (model.architecture()) {
          case ampere -> model.memoryMiB() < 50_000 ? Board.A100_40 : Board.A100_80;
          case hopper ->
              model.memoryMiB() < 90_000
                  ? Board.H100_80
                  : model.memoryMiB() < 110_000 ? Board.H100_94 : Board.H200_141;
          default -> Board.B200_180;
        };
    List<Profile> profiles = new ArrayList<>();
    for (int i = 0; i < SHAPES.length; i++) {
      profiles.add(profile(board, i));
    }
    return Optional.of(new MigGeometry(profiles));
  }

  private static Profile profile(Board board, int i) {
    int[] shape = SHAPES[i];
    List<Integer> starts = new ArrayList<>();
    for (int s = 5; s < shape.length; s++) {
      starts.add(shape[s]);
    }
    String name =
        String.format(
            Locale.ROOT, "%dg.%dgb%s", shape[2], board.gigabytes[i], i == MEDIA ? "+me" : "");
    int ofa = i == MEDIA || i == WHOLE ? 1 : 0;
    return new Profile(
        shape[0],
        shape[1],
        name,
        shape[2],
        shape[3],
        List.of(board.multiprocessors[i], board.copy[i], board.decoders[i], 0, board.jpeg[i], ofa),
        board.memory[i],
        shape[4],
        starts);
  }
}
