package dev.facet.cli;

import static dev.facet.cli.Ran.run;
import static org.assertj.core.api.Assertions.assertThat;

import dev.facet.codec.FeaturePyramid;
import dev.facet.codec.ModelPacks;
import dev.facet.codec.PyramidFiles;
import dev.facet.codec.internal.RandomModel;
import dev.facet.nn.Tensor;
import dev.facet.testing.TinyDetector;
import dev.facet.testing.TinyPack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** {@code demo} and {@code eval} as a user types them, with a small random pack. */
class EvaluationCommandsTest {
  @TempDir private static Path folder;

  @BeforeAll
  static void makePackAndData() throws IOException {
    System.setProperty(ModelPacks.PROPERTY, folder.resolve("models").toString());
    tinyPack(folder.resolve("models/scenes-1024"), TinyPack.CLASSES);
    tinyPack(folder.resolve("models/zoo"), "\"zebra\", \"gnu\", \"okapi\"");
    // what the demo draws, as files
    run("scenes", "--count", "2", "--seed", "3", "--out", in("scenes")).succeeded();
    Files.createDirectory(folder.resolve("pyramids"));
    for (int i = 0; i < 2; i++) {
      PyramidFiles.write(folder.resolve("pyramids/" + i + ".npz"), pyramid(i));
    }
  }

  @AfterAll
  static void forgetPack() {
    System.clearProperty(ModelPacks.PROPERTY);
  }

  @Test
  void demoAndEvalOfTheSameScenesAgree() throws IOException {
    JsonNode demo = run("demo", "--scenes", "2", "--out", in("demo"), "--json").succeeded().json();
    JsonNode eval =
        run("eval", "--data", in("scenes"), "--out", in("eval"), "--json").succeeded().json();
    assertThat(demo.get("scenes").asInt()).isEqualTo(2);
    assertThat(demo.get("bdrate")).isEmpty();
    assertThat(demo.get("codecs").get(0).get("codec").asString()).isEqualTo("lmsfc-gain");
    JsonNode points = demo.get("codecs").get(0).get("points");
    assertThat(points).hasSize(TinyPack.QUALITIES);
    for (int q = 0; q < points.size(); q++) {
      JsonNode point = points.get(q);
      JsonNode again = eval.get("codecs").get(0).get("points").get(q);
      assertThat(point.get("quality").asInt()).isEqualTo(q);
      for (String key : List.of("bytes", "bpp", "ratio", "map50", "map", "levels")) {
        assertThat(point.get(key)).as(key).isEqualTo(again.get(key));
      }
      for (String key : List.of("encode_s", "decode_s", "head_s")) {
        assertThat(point.get(key).asDouble()).as(key).isPositive();
      }
    }
    for (String key : List.of("bytes", "bpp", "map50", "map")) {
      assertThat(demo.get("uncompressed").get(key)).isEqualTo(eval.get("uncompressed").get(key));
    }
    List<String> csv = Files.readAllLines(folder.resolve("demo/demo.csv"));
    assertThat(csv).hasSize(2 + TinyPack.QUALITIES);
    assertThat(csv.get(2)).startsWith("0," + points.get(0).get("bytes").asLong() + ",");
    assertThat(csv.stream().map(line -> line.split(",", -1).length).distinct()).hasSize(1);
    assertThat(Files.readString(folder.resolve("demo/report.html")))
        .contains("./facet scenes --count 2 --seed 3", "street scenes");
    assertThat(folder.resolve("eval/eval.csv")).exists();
    assertThat(Files.readString(folder.resolve("eval/report.html")))
        .contains("./facet eval --data " + in("scenes") + " --out");
    assertThat(temporaries()).isEmpty();
  }

  @Test
  void tablesForPeople() {
    Ran ran =
        run(
                "eval",
                "--data",
                in("scenes/annotations.json"),
                "--limit",
                "1",
                "--quality",
                "0.5,1",
                "--codec",
                "lmsfc-gain")
            .succeeded();
    assertThat(ran.out())
        .contains("uncompressed", "0.5 ", "mAP@.5:.95", "1 pictures", "near-lossless")
        .doesNotContain("written");
    assertThat(run("demo", "--scenes", "1", "--out", in("people")).succeeded().out())
        .contains("written: " + in("people/demo.csv") + ", " + in("people/report.html"));
  }

  @Test
  void pyramidsHaveRateAndDistortion() throws IOException {
    JsonNode answer =
        run("eval", "--data", in("pyramids"), "--model", "scenes-1024", "--json")
            .succeeded()
            .json();
    assertThat(answer.get("pyramids").asInt()).isEqualTo(2);
    JsonNode point = answer.get("codecs").get(0).get("points").get(1);
    assertThat(point.get("bytes").asLong()).isPositive();
    assertThat(point.get("levels")).hasSize(4);
    assertThat(point.get("levels").get(3).get("psnr").isNumber()).isTrue();
    assertThat(point.has("map50")).isFalse();
    Ran ran = run("eval", "--data", in("pyramids/1.npz"), "--out", in("rd")).succeeded();
    assertThat(ran.out()).contains("p5 dB", "1 pyramids", "written: " + in("rd/eval.csv"));
    assertThat(Files.readAllLines(folder.resolve("rd/eval.csv"))).hasSize(1 + TinyPack.QUALITIES);
  }

  @Test
  void codecsAreCompared() throws IOException {
    JsonNode answer =
        run(
                "eval",
                "--data",
                in("scenes"),
                "--limit",
                "1",
                "--codec",
                "lmsfc-gain,image-jpeg2000,logquant-jpeg2000",
                "--qp",
                "51,40",
                "--out",
                in("compared"),
                "--json")
            .succeeded()
            .json();
    JsonNode codecs = answer.get("codecs");
    assertThat(codecs).hasSize(3);
    assertThat(codecs.get(0).get("points")).hasSize(TinyPack.QUALITIES);
    assertThat(codecs.get(1).get("codec").asString()).isEqualTo("image-jpeg2000");
    assertThat(codecs.get(2).get("points").get(0).get("quality").asInt()).isEqualTo(51);
    assertThat(answer.get("bdrate")).hasSize(3);
    JsonNode bdRate = answer.get("bdrate").get(0);
    assertThat(bdRate.get("codec").asString()).isEqualTo("lmsfc-gain");
    assertThat(bdRate.get("against").asString()).isEqualTo("image-jpeg2000");
    assertThat(bdRate.has("percent")).isTrue();
    assertThat(Files.readAllLines(folder.resolve("compared/eval.csv")))
        .hasSize(2 + TinyPack.QUALITIES + 2 * 2);
    // three pairs, two measures, two ways to interpolate
    assertThat(Files.readAllLines(folder.resolve("compared/bdrate.csv"))).hasSize(1 + 3 * 4);
    assertThat(Files.readString(folder.resolve("compared/report.html")))
        .contains("image-jpeg2000", "near-lossless", "./facet eval --data");
    Ran ran =
        run("eval", "--data", in("pyramids"), "--codec", "lmsfc-gain,pca-jpeg2000", "--qp", "37")
            .succeeded();
    assertThat(ran.out()).contains("pca-jpeg2000", "p5 dB", "2 pyramids");
  }

  @Test
  void experimentsAreReproduced() throws IOException {
    assertThat(run("reproduce").succeeded().out())
        .contains("s0-distortions", "s1-rate-fidelity", "s3-bdrate", "table II");
    run("reproduce", "s9-nothing")
        .failed(1, "s9-nothing: no such experiment, there are [s0-distortions");
    String[] command = {
      "reproduce",
      "s3-layerwise",
      "--data",
      in("scenes"),
      "--model",
      "scenes-1024",
      "--out",
      in("results")
    };
    assertThat(run(command).succeeded().out())
        .contains("figure 13", "p3", "written: " + in("results/s3-layerwise/figure13.csv"));
    assertThat(Files.readString(folder.resolve("results/s3-layerwise/report.html")))
        .contains("./facet reproduce s3-layerwise", "Where it ran");
    JsonNode again =
        run(Stream.concat(Stream.of(command), Stream.of("--json")).toArray(String[]::new))
            .succeeded()
            .json();
    assertThat(again.get("experiment").asString()).isEqualTo("s3-layerwise");
    assertThat(again.get("rows")).hasSize(5 * TinyPack.QUALITIES);
    assertThat(temporaries()).isEmpty();
  }

  @Test
  void whatCannotBeEvaluated() throws IOException {
    run("eval", "--data", in("scenes"), "--codec", "vtm")
        .failed(1, "codec vtm: is not in this build, [lmsfc, lmsfc-gain, anchor");
    run("eval", "--data", in("scenes"), "--codec", "anchor-jpeg2000", "--qp", "60")
        .failed(1, "jpeg2000");
    run("eval", "--data", in("pyramids"), "--codec", "image-jpeg2000").failed(1, "codes pictures");
    run("eval", "--data", in("scenes"), "--qp", "32").failed(1, "give --quality");
    run("eval", "--data", in("scenes"), "--codec", "anchor-jpeg2000", "--quality", "1")
        .failed(1, "give --qp");
    run("eval", "--data", in("scenes"), "--codec", "lmsfc")
        .failed(1, "no model pack of codec lmsfc");
    run("eval", "--data", in("scenes"), "--quality", "7").failed(1, "quality 7 does not exist");
    run("eval", "--data", in("none")).failed(1, "none: no such file or folder");
    run("eval", "--data", in("models")).failed(1, "models: no data set; expected annotations.json");
    run("eval", "--data", in("scenes"), "--model", "zoo")
        .failed(
            1,
            "the detector of zoo finds [zebra, gnu, okapi], the pictures are labelled with [car,");
    run("eval", "--data", in("scenes"), "--limit", "0").failed(2, "--limit is at least 1");
    run("eval", "--data", in("scenes"), "--task", "segmentation").failed(2, "--task");
    run("demo", "--scenes", "0", "--out", in("x")).failed(1, "no picture");
    run("demo", "--out", in("x"), "--model", "y").failed(1, "y: no such model pack");
    Path blank = Files.createDirectories(folder.resolve("blank/images")).getParent();
    Files.writeString(
        blank.resolve("annotations.json"),
        "{\"images\":[{\"id\":1,\"file_name\":\"a.png\",\"width\":64,\"height\":64}],\"annotations\":[],"
            + "\"categories\":[{\"id\":1,\"name\":\"car\"}]}");
    Files.createFile(blank.resolve("images/a.png"));
    run("eval", "--data", blank.toString()).failed(1, "no object is labelled in its 1 pictures");
    assertThat(folder.resolve("x")).doesNotExist();
  }

  /** A picture that turns out to be damaged when others are done, a folder that is none: nothing is left, nothing is changed. */
  @Test
  void failuresLeaveNothing() throws IOException {
    run("scenes", "--count", "2", "--seed", "3", "--out", in("damaged")).succeeded();
    Path picture = folder.resolve("damaged/images/000001.png");
    Files.write(picture, java.util.Arrays.copyOf(Files.readAllBytes(picture), 500));
    run("eval", "--data", in("damaged"), "--out", in("half")).failed(1, "000001.png");
    assertThat(folder.resolve("half")).doesNotExist();
    Path old = Files.createDirectory(folder.resolve("old"));
    Files.writeString(old.resolve("eval.csv"), "older");
    run("eval", "--data", in("damaged"), "--out", old.toString()).failed(1, "000001.png");
    assertThat(Files.readString(old.resolve("eval.csv"))).isEqualTo("older");
    assertThat(old.resolve("report.html")).doesNotExist();
    Files.writeString(folder.resolve("file"), "");
    run("demo", "--scenes", "1", "--out", in("file")).failed(1, "file: is no folder");
    run("demo", "--scenes", "1", "--out", in("no/such"))
        .failed(1, "no/such: no such file or folder");
    // the second name is taken by a folder
    Files.createDirectories(folder.resolve("taken/report.html/x"));
    run("demo", "--scenes", "1", "--out", in("taken")).failed(1, "report.html");
    assertThat(temporaries()).isEmpty();
  }

  private static FeaturePyramid pyramid(long seed) {
    Random random = new Random(seed);
    List<Tensor> levels = new ArrayList<>();
    for (int side = 16; side >= 2; side /= 2) {
      Tensor level = Tensor.zeros(side, side, 16);
      for (int i = 0; i < level.data().length; i++) {
        level.data()[i] = (float) random.nextGaussian();
      }
      levels.add(level);
    }
    return FeaturePyramid.of(levels);
  }

  private static List<Path> temporaries() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> String.valueOf(file.getFileName()).startsWith(".")).toList();
    }
  }

  private static String in(String name) {
    return folder.resolve(name).toString();
  }

  private static Path tinyPack(Path folder, String classes) throws IOException {
    RandomModel codec =
        new RandomModel(5, TinyDetector.CHANNELS, TinyPack.LATENT, true, TinyPack.QUALITIES);
    return TinyPack.write(folder, codec.weights(), classes);
  }
}
