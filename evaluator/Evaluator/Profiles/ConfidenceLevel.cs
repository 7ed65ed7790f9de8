namespace Defender.Evaluator.Profiles;

/// <summary>Confidence of ML Detect: the higher, the fewer alarms (MachineLearningDetectionConfig.confidenceLevel).</summary>
public enum ConfidenceLevel
{
    /// <summary><c>LOW</c>: high sensitivity.</summary>
    Low,

    /// <summary><c>MEDIUM</c>.</summary>
    Medium,

    /// <summary><c>HIGH</c>: low sensitivity.</summary>
    High,
}
