using System.IO;
using System.Runtime.InteropServices;

namespace Defender.Agent.Linux.Files;

/// <summary>What the kernel knows of a file.</summary>
/// <param name="Mode">Type and permissions (inode(7)).</param>
/// <param name="Length">In bytes; 0 of what has none.</param>
/// <param name="WrittenAt">When its content changed last, in seconds since 1970.</param>
internal readonly record struct FileStatus(uint Mode, long Length, long WrittenAt)
{
    private const uint TypeMask = 0xF000;
    private const uint DirectoryType = 0x4000;
    private const uint LinkType = 0xA000;
    private const uint PermissionMask = 0xFFF;

    public bool IsDirectory => (Mode & TypeMask) == DirectoryType;

    public bool IsLink => (Mode & TypeMask) == LinkType;

    public UnixFileMode Permissions => (UnixFileMode)(Mode & PermissionMask);

    /// <summary>struct statx (statx(2)): unlike struct stat the same on all architectures.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct Record
    {
        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(40)]
        public long Length;

        [FieldOffset(112)]
        public long WrittenAt;
    }
}
