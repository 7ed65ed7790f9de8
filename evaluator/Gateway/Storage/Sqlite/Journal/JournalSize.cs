namespace Defender.Gateway.Storage.Sqlite.Journal;

/// <summary>When a generation of the journal is folded, and how fast.</summary>
/// <param name="MaxBytes">At this size; the memory of two such generations is what the journal takes, and what a start reads.</param>
/// <param name="MinBytes">From this size on also once folding it writes a sixteenth of what was appended.</param>
/// <param name="Portion">Things that a commit folds at least, while there is anything to fold.</param>
internal readonly record struct JournalSize(int MaxBytes, int MinBytes, int Portion)
{
    public static JournalSize Default => new(MaxBytes: 16 << 20, MinBytes: 1 << 20, Portion: 16);
}
