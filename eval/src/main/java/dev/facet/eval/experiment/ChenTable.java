package dev.facet.eval.experiment;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Table 3 of Chen et al. 2019, as printed. */
final class ChenTable {
  /** Its column groups. */
  enum Task {
    CLASSIFICATION(0),
    RETRIEVAL(1),
    DETECTION(2);

    private final int group;

    Task(int group) {
      this.group = group;
    }

    String label() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /** One cell. */
  record Figures(double rate, double fidelity) {}

  private static final List<Integer> QPS = List.of(12, 22, 32, 42);

  /** Network, layer; then for each task and QP compression rate and fidelity. */
  private static final String PRINTED =
      """
      vgg16 conv1 0.116 0.996 0.080 0.985 0.048 0.955 0.020 0.839 0.070 0.999 0.041 0.997 0.019 0.989 0.006 0.955 0.096 0.982 0.065 0.954 0.037 0.913 0.013 0.850
      vgg16 pool1 0.145 0.994 0.099 0.984 0.057 0.914 0.023 0.693 0.071 0.999 0.039 0.996 0.017 0.983 0.005 0.923 0.127 0.977 0.085 0.942 0.047 0.893 0.018 0.820
      vgg16 conv2 0.130 0.992 0.098 0.972 0.066 0.952 0.035 0.790 0.089 0.999 0.069 0.996 0.050 0.987 0.027 0.955 0.121 0.980 0.090 0.950 0.059 0.907 0.030 0.858
      vgg16 pool2 0.185 0.995 0.138 0.982 0.090 0.947 0.047 0.745 0.157 0.999 0.119 0.997 0.079 0.990 0.037 0.945 0.172 0.981 0.128 0.953 0.082 0.900 0.040 0.815
      vgg16 conv3 0.102 0.995 0.080 0.986 0.057 0.960 0.034 0.840 0.112 0.999 0.089 0.998 0.070 0.993 0.048 0.976 0.040 0.981 0.033 0.954 0.025 0.912 0.015 0.845
      vgg16 pool3 0.179 0.989 0.140 0.981 0.102 0.955 0.063 0.819 - - - - - - - - 0.080 0.982 0.066 0.955 0.050 0.908 0.032 0.826
      vgg16 conv4 0.065 0.992 0.053 0.984 0.041 0.967 0.028 0.865 0.088 0.999 0.070 0.997 0.057 0.990 0.043 0.959 0.022 0.983 0.019 0.960 0.014 0.920 0.008 0.877
      vgg16 pool4 0.160 0.992 0.127 0.974 0.097 0.969 0.065 0.864 - - - - - - - - 0.049 0.984 0.041 0.960 0.031 0.914 0.019 0.847
      vgg16 conv5 0.059 0.997 0.046 0.989 0.037 0.969 0.023 0.920 0.049 0.998 0.041 0.995 0.036 0.984 0.030 0.952 0.031 0.983 0.023 0.956 0.014 0.902 0.005 0.741
      vgg16 pool5 0.162 0.995 0.129 0.986 0.106 0.967 0.075 0.908 0.243 0.998 0.200 0.996 0.173 0.986 0.146 0.960 - - - - - - - -
      resnet conv1 0.070 0.982 0.041 0.935 0.019 0.818 0.005 0.356 0.044 0.987 0.018 0.964 0.006 0.915 0.001 0.792 0.056 0.948 0.029 0.915 0.011 0.872 0.002 0.713
      resnet pool1 0.074 0.979 0.043 0.937 0.017 0.732 0.004 0.087 0.055 0.989 0.025 0.963 0.009 0.900 0.002 0.720 0.061 0.939 0.030 0.889 0.010 0.779 0.002 0.470
      resnet conv2 0.139 0.995 0.095 0.986 0.052 0.957 0.014 0.765 0.061 0.978 0.027 0.939 0.005 0.849 0.001 0.554 0.154 0.981 0.107 0.949 0.061 0.883 0.016 0.660
      resnet conv3 0.184 0.996 0.134 0.989 0.083 0.973 0.028 0.854 0.071 0.996 0.041 0.986 0.012 0.930 0.003 0.551 0.162 0.989 0.118 0.971 0.071 0.922 0.021 0.684
      resnet conv4 0.231 0.997 0.170 0.992 0.101 0.977 0.034 0.932 0.050 0.998 0.035 0.997 0.022 0.978 0.012 0.799 0.082 0.984 0.056 0.964 0.029 0.926 0.008 0.833
      resnet conv5 0.168 1.000 0.131 0.998 0.100 0.988 0.063 0.961 0.057 0.999 0.040 0.999 0.023 0.996 0.014 0.992 - - - - - - - -
      """;

  private static final Map<String, List<String>> ROWS =
      PRINTED
          .lines()
          .map(line -> List.of(line.split(" ")))
          .collect(Collectors.toMap(row -> row.get(0) + " " + row.get(1), Function.identity()));

  private ChenTable() {}

  /**
   * A cell.
   *
   * @param network vgg16 or resnet
   * @return null if the paper does not have it
   */
  static @Nullable Figures find(String network, String layer, Task task, int qp) {
    List<String> row = ROWS.get(network + " " + layer);
    int column = QPS.indexOf(qp);
    if (row == null || column < 0) {
      return null;
    }
    int at = 2 + 2 * (QPS.size() * task.group + column);
    return row.get(at).equals("-")
        ? null
        : new Figures(Double.parseDouble(row.get(at)), Double.parseDouble(row.get(at + 1)));
  }
}
