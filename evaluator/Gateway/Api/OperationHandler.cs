using System.Threading.Tasks;

namespace Defender.Gateway.Api;

/// <summary>
/// Does what an operation says and writes the members of its answer. Called on any thread, for several requests at once.
/// Ends with an error by throwing an <see cref="ApiException"/>, a <see cref="Control.ControlException"/> or a
/// <see cref="Storage.StoreException"/>; every other exception is answered as a fault of ours.
/// </summary>
internal delegate ValueTask OperationHandler(OperationCall call);
